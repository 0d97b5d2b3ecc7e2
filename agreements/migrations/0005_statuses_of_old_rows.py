"""Each agreement's last status by day, from the day that it was made: the tables hold no more of the time before."""

from django.db import migrations

# Of an agreement that has ended the ledger tells what it was until then.
FILL = """
INSERT INTO agreements_statusperiod (agreement_id, status, period)
SELECT id, status, daterange(created_on, NULL) FROM (
    SELECT a.id, a.created_on, CASE WHEN a.status <> 'SLETTET' THEN a.status ELSE (
        SELECT e.data -> 'before' ->> 'status' FROM registry_event e
        WHERE e.subject = 'aftale:' || a.number AND e.data -> 'after' ->> 'status' = 'SLETTET'
        ORDER BY e.seq DESC LIMIT 1
    ) END AS status
    FROM agreements_dataagreement a
) known WHERE status IN ('VENTER', 'GODKENDT', 'AFVIST')
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_statuses_by_day"), ("registry", "0002_append_only")]
    operations = [migrations.RunSQL(FILL, "DELETE FROM agreements_statusperiod")]
