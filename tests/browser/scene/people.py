"""Who looks, what each has in hand, and the links in their mail."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts import invitations, letter_texts, letters, links, registration, wording
from accounts.models import MemberState, Message, OrganisationKind, Role
from accounts.registration import Applicant
from tests.browser.scene import session
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    ClientFactory,
    EmployerFactory,
    GivenUpMessageFactory,
    HostFactory,
    HubFactory,
    MemberFactory,
    NationalFactory,
    OrganisationFactory,
    SchoolFactory,
    SentMailFactory,
    UserFactory,
    WorkplaceFactory,
)

ORGANISATION = {
    "name": "Wrekin Ironworks",
    "kind": "employer",
    "sector": "engineering_manufacturing",
    "ownership": "private",
    "size_band": "10-24",
}


def set_in(scene):
    leaders_and_hosts(scene)
    desks(scene)
    colleagues(scene)
    of_a_second_factor(scene)
    halfway(scene)
    mail(scene)


def leaders_and_hosts(scene):
    for name in ("leader", "newcomer"):
        scene.enters(name, CareersLeaderFactory(user__name=f"Careers {name.title()}"))
    for name in ("host", "idle"):
        scene.enters(name, HostFactory(user__name=f"Host {name.title()}"))
    provider = OrganisationFactory(
        kind=OrganisationKind.PROVIDER, name="Open Door Virtual Experiences and Insight Days CIC"
    )
    scene.enters("provider", MemberFactory(organisation=provider))
    scene.sessions["alone"] = session(UserFactory(name="Nobody's Member"))


def desks(scene):
    scene.enters("national", NationalFactory())
    for name in ("broker", "quiet"):
        scene.enters(name, BrokerFactory(organisation=HubFactory(name=f"{name.title()} Hub")))


def colleagues(scene):
    ours = scene.members["host"].organisation
    colleague = scene.enters("colleague", MemberFactory(organisation=ours, role=Role.COLLEAGUE))
    scene.place("colleague", colleague.pk)
    scene.place("own_membership", scene.members["host"].pk)
    scene.place("only_lead", scene.members["idle"].pk)
    scene.place("no_colleague", 0)
    scene.place("platform", ClientFactory(acts_as__organisation=ours).pk)
    waiting = MemberFactory(
        organisation=ours, state=MemberState.PENDING, job_title="Head of people"
    )
    scene.place("waiting_colleague", waiting.pk)
    asked = invitations.invite("asked@example.org", role=Role.COLLEAGUE, by=scene.members["host"])
    scene.place("invited", asked.pk)
    crowd = scene.enters("crowd", HostFactory(organisation=EmployerFactory(name="Crowded House")))
    MemberFactory.create_batch(25, organisation=crowd.organisation, role=Role.VIEWER)
    WorkplaceFactory.create_batch(22, organisation=crowd.organisation)
    both = scene.enters("both", HostFactory())
    CareersLeaderFactory(user=both.user)


def of_a_second_factor(scene):
    protected = scene.enters("protected", HostFactory())
    protected.user.set_password("correct horse battery")
    protected.user.save(update_fields=["password"])
    TOTP.activate(protected.user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(protected.user)
    scene.sessions["stale"] = session(protected.user)
    scene.sessions["protected"] = session(protected.user, **shown_again(protected.user))
    open_to_all = HostFactory()
    open_to_all.user.set_password("correct horse battery")
    open_to_all.user.save(update_fields=["password"])
    scene.sessions["by_password"] = session(open_to_all.user)
    scene.sessions["by_password_lately"] = session(
        open_to_all.user, **shown_again(open_to_all.user)
    )
    known = {"email": protected.user.email, "password": "correct horse battery"}
    scene.sessions["at_the_code"] = having_sent("accounts:sign-in", known)


def having_sent(name, typed):
    """The session of a visitor who has just sent that form."""
    visitor = Client(headers={"host": "localhost"})
    assert visitor.post(reverse(name), typed).status_code == 302
    return visitor.cookies["sessionid"].value


def shown_again(user):
    """What a session holds when its person has given their password a moment ago."""
    # An hour hence, so that it is still a moment ago when a slow machine comes to look.
    shown = {"method": "password", "at": time.time() + 3600, "reauthenticated": True}
    return {
        "account_authentication_methods": [shown],
        "account_authentication_methods_user": str(user.pk),
    }


def halfway(scene):
    """People in the middle of something that takes several pages."""
    scene.sessions["registering"] = having_sent("accounts:register-employer", ORGANISATION)
    scene.sessions["written_to"] = session(written_to="somebody@example.org")
    # What no visitor can do: a session that cannot be read, as if we had a fault.
    scene.sessions["broken"] = session(registering_organisation=1)
    school = SchoolFactory(name="Abbey Foregate School & Sixth Form")
    SchoolFactory.create_batch(22, name="Quarry Park Academy")
    scene.place("school", school.urn)
    scene.place("no_school", "000000")
    scene.place("slot_full_problem", "slot_full")
    scene.place("no_problem", "nothing")


def reword(scene, kind):
    """Words that the national team has put, and put otherwise once more."""
    by = scene.members["national"]
    text = letter_texts.original(kind).replace("has answered", "has written an answer to")
    wording.put(kind, text, seen=0, because="It sounded like a machine.", by=by)
    wording.put_back(kind, seen=1, because="Schools liked it better.", by=by)
    wording.put(kind, text, seen=2, because="The employers did not.", by=by)
    scene.place("reworded", kind)


def mail(scene):
    """The links in mails: live ones and one that is spent, and the mails themselves."""
    host = scene.members["host"]
    scene.place("spent", "spent")
    for name, purpose in (("sign_in", links.SIGN_IN), ("reset", links.RESET_PASSWORD)):
        scene.place(name, links.make(purpose, email=host.user.email, user=host.user))
    scene.place("wording", "rating_received")
    scene.place("no_wording", "nothing")
    reword(scene, "rating_replied")
    about = {"email": host.user.email, "user": host.user, "subject": "rating_received"}
    scene.place("stop_kind", links.make(links.STOP_KIND, **about))
    new = links.make(links.CHANGE_ADDRESS, email="new@example.org", user=host.user)
    scene.place("new_address", new)
    employer = EmployerFactory.build(name="Wrekin Ironworks")
    applicant = Applicant(email="fresh@example.org", name="Fresh Applicant", job_title="Owner")
    member = registration.register_employer(employer, applicant=applicant)
    subject = {"user": member.user, "subject": str(member.pk)}
    scene.place("confirm", links.make(links.CONFIRM_ADDRESS, email="fresh@example.org", **subject))
    for name, email in (
        ("invited_as_new", "asked@example.org"),
        ("invited_known", scene.members["leader"].user.email),
    ):
        asked = invitations.invite(email, role=Role.COLLEAGUE, by=host)
        made = links.make(
            links.INVITATION, email=email, subject=str(asked.pk), lives=invitations.LIVES
        )
        scene.place(name, made)
    letter = letters.write(Message.objects.filter(kind="invitation").latest("made_at"))
    sent = SentMailFactory(title=letter.title, text=letter.text, html=letter.html)
    scene.place("mail", sent.pk)
    SentMailFactory.create_batch(26)
    scene.place("given_up", GivenUpMessageFactory().pk)
    scene.place("no_mail", 0)
