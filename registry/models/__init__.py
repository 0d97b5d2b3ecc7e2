"""Users, the ledger, background work, mail, and the keys that systems call with."""

from registry.models.credentials import Credential, Scope
from registry.models.events import Event
from registry.models.jobs import Job, JobRow, Worker
from registry.models.mail import Attachment, Message
from registry.models.people import User

__all__ = ["Attachment", "Credential", "Event", "Job", "JobRow", "Message", "Scope", "User", "Worker"]
