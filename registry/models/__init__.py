"""Users, the ledger and its snapshots, systems' calls, background work, mail, and the keys that systems call with."""

from registry.models.calls import Call, Reader
from registry.models.credentials import Credential, Scope
from registry.models.events import Event
from registry.models.hooks import Hook, HookCall
from registry.models.jobs import Job, JobRow, Worker
from registry.models.limits import Allowance
from registry.models.mail import Attachment, Message
from registry.models.people import User
from registry.models.snapshots import Snapshot, SnapshotFile, SnapshotPiece

__all__ = [
    "Allowance", "Attachment", "Call", "Credential", "Event", "Hook", "HookCall", "Job", "JobRow", "Message",
    "Reader", "Scope", "Snapshot", "SnapshotFile", "SnapshotPiece", "User", "Worker",
]  # fmt: skip
