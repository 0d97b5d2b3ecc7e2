"""The admin of STIL's staff. Each app adds its own pages, panels and sections to it."""

from registry.admin import credentials, events, hooks, jobs, mail, people

__all__ = ["credentials", "events", "hooks", "jobs", "mail", "people"]
