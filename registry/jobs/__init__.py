"""Jobs: many rows of work done behind the scenes, watched, stopped and resumed.

    @work
    def consolidate_pair(given: dict[str, Any], *, actor: Actor) -> str: …

    jobs.start(consolidate_pair, what=_("110 konsolideringer"), rows=[Row("A10001", {…}), …], actor=actor)

A row's work and its outcome are committed together, so that no row is done twice, whatever is killed when. With
`@work_in_lots(25)` some rows are, for work that is cheaper together.
"""

from registry.jobs.acts import Row, resume, start, stop
from registry.jobs.progress import Progress, progress
from registry.jobs.works import Work, work, work_in_lots

__all__ = ["Progress", "Row", "Work", "progress", "resume", "start", "stop", "work", "work_in_lots"]
