"""The ledger is append-only: the database itself refuses everything else."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION registry_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER the_ledger_is_append_only BEFORE UPDATE OR DELETE ON registry_event
    FOR EACH ROW EXECUTE FUNCTION registry_refuse_change();
CREATE TRIGGER the_ledger_is_not_emptied BEFORE TRUNCATE ON registry_event
    FOR EACH STATEMENT EXECUTE FUNCTION registry_refuse_change();
"""
ALLOW = """
DROP TRIGGER the_ledger_is_append_only ON registry_event;
DROP TRIGGER the_ledger_is_not_emptied ON registry_event;
DROP FUNCTION registry_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
