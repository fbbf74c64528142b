"""A mail that comes back is seen, its address is mended, and it arrives after all."""

import pytest

from accounts.models import Role
from tests.browser.mailbox import Mailbox
from tests.browser.window import PHONE, Window

DELIVER = "from accounts import postman; postman.deliver_due()"
LEAD = Role.LEAD.label.partition(":")[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_an_invitation_that_came_back_is_mended_and_arrives(
    arrive, visit, site, scene, axe, javascript
):
    name = "corrects" if javascript else "corrects_plainly"
    page, _ = arrive(name, javascript=javascript)
    page.set_viewport_size({"width": PHONE, "height": 900})
    lead = Window(page, axe if javascript else None)
    mailbox = Mailbox(visit(site))
    wrong, right = f"{name}@mistyped.invalid", f"{name}@example.org"

    lead.open("/organisation/people/invite/")
    lead.fill({"Email address": wrong})
    lead.choose("Role", LEAD)
    lead.press("Send the invitation")
    site.manage("shell", "-v0", "-c", DELIVER)

    lead.open("/organisation/people/")
    assert lead.shows(wrong, "Mail does not arrive")
    lead.open("/dashboard/")
    lead.follow("address that our mail does not reach")
    assert lead.shows(wrong, "1 mail waits")
    lead.follow("Correct it, or send again")
    lead.fill({"What is the right address?": right})
    lead.press("Correct the address")
    assert lead.heading == "People"
    assert lead.shows("What waited goes there now", right)
    lead.open("/mail-that-came-back/")
    assert lead.shows("All our mail arrives")

    site.manage("shell", "-v0", "-c", DELIVER)
    assert mailbox.waits_for(right, "", scene["places"][name][0])
    lead.open("/organisation/people/")
    assert lead.shows(right)
    assert not lead.shows("Mail does not arrive")
