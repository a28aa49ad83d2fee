"""A request says what became of it."""

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Whoever writes a request could approve it for themselves, if anything read that; nothing does."
FIX = "Take the key out: approvals are reviews or signatures of others, and outcomes lie in the journal."
BAD = """\
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
approved_by: ada
"""
GOOD = """\
# actions/requests/req-01kt1deaw0000g40r40m30e209.yaml
action: restart
target: cart
reason: Carts do not load.
requester: ben
requested_at: 2026-06-01T11:00Z
not_after: 2026-06-02T11:00Z
"""
