"""Which member has claimed a guest's account, of claims from before accounts remembered it.

The ledger tells: what a claim moved left the guest's account and came to the member's, in a pair whose keys name the
lot. The last claim counts, as ever since; a merge by staff is no claim, and has its reference. Left alone are guests
whose member is gone: erasing has been there already, and the address may be somebody else's by now. A claim that moved
no points, only a card or a membership, left no trace to tell by; the next one is remembered.

In batches and outside of one transaction, the newest moves first; run again it finds its work done. Backwards nothing is
taken away: the column itself goes with the migration that brought it.
"""

from django.db import migrations

BATCH = 2_000
"""Moves looked at in one statement."""

WINDOW = """
SELECT min(id) FROM (
    SELECT id FROM saleor_loyalty_loyaltytransaction
    WHERE type = 'MERGE_OUT' AND (%(before)s::bigint IS NULL OR id < %(before)s)
    ORDER BY id DESC LIMIT %(batch)s
) latest
"""
REMEMBER = """
UPDATE saleor_loyalty_loyaltyaccount guest SET claimed_by_id = claim.member_id
FROM (
    SELECT DISTINCT ON (gone.account_id) gone.account_id AS guest_id, came.account_id AS member_id
    FROM saleor_loyalty_loyaltytransaction gone
    JOIN saleor_loyalty_loyaltytransaction came ON came.program_id = gone.program_id
        AND came.idempotency_key = replace(gone.idempotency_key, 'MERGE_OUT', 'MERGE_IN') AND came.type = 'MERGE_IN'
    JOIN saleor_loyalty_loyaltyaccount member ON member.id = came.account_id AND member.user_id IS NOT NULL
    WHERE gone.type = 'MERGE_OUT' AND gone.external_reference = ''
        AND gone.id >= %(since)s AND (%(before)s::bigint IS NULL OR gone.id < %(before)s)
    ORDER BY gone.account_id, gone.id DESC
) claim
WHERE guest.id = claim.guest_id AND guest.claimed_by_id IS NULL AND guest.user_id IS NULL AND guest.email IS NOT NULL
"""


def remember_claims(apps, schema_editor):
    before = None
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(WINDOW, {"before": before, "batch": BATCH})
            [since] = cursor.fetchone()
            if since is None:
                return
            cursor.execute(REMEMBER, {"since": since, "before": before})
            before = since


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("saleor_loyalty", "0057_notices_of_memberships")]

    operations = [migrations.RunPython(remember_claims, migrations.RunPython.noop)]
