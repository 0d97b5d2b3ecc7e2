"""Mail: written in the transaction of what it tells of, sent behind the scenes, tried again, missed when it bounces.

mail.write(Letter(to=…, title=…, text=…, text_en=…, about="aftale:100001", key="…"), actor=actor)
"""

from registry.mail.acts import open_page, resend, settle, write, write_all
from registry.mail.letters import CSV, XLSX, File, Letter, plain
from registry.mail.readers import bystander, may_be_recipient

__all__ = [
    "CSV", "XLSX", "File", "Letter", "bystander", "may_be_recipient", "open_page", "plain", "resend", "settle", "write",
    "write_all",
]  # fmt: skip
