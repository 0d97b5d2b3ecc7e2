"""Users, the ledger, background work and mail."""

from registry.models.events import Event
from registry.models.jobs import Job, JobRow, Worker
from registry.models.mail import Attachment, Message
from registry.models.people import User

__all__ = ["Attachment", "Event", "Job", "JobRow", "Message", "User", "Worker"]
