"""People: a User signs in; a Member acts, for an organisation, in a role."""

from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts import clock
from accounts.models.organisations import Organisation


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None) -> "User":
        user = self.create_user(email, password)
        user.is_staff = user.is_superuser = True
        # Whoever can run the command has shown more than an address would.
        user.confirmed_at = clock.now()
        user.save(update_fields=["is_staff", "is_superuser", "confirmed_at"])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What they may do hangs on their memberships."""

    email = models.EmailField("email address", max_length=254, unique=True)
    name = models.CharField("full name", max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the support console", default=False)
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    # When the address was shown to be theirs. Until then nobody signs in with it, and
    # no password is kept, so that nobody can register what is another person's.
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Signing out everywhere counts this on: every session was made with the old count.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to stay alive: changed by a new password, and on request."""
        made_of = f"{self.password}/{self.sessions_ended}"
        return salted_hmac(
            "accounts.session", made_of, secret=secret, algorithm="sha256"
        ).hexdigest()


class Role(models.TextChoices):
    """What a member may do within what their organisation may do."""

    LEAD = "lead", "Lead: does everything, and manages who belongs here"
    COLLEAGUE = "colleague", "Colleague: does the day-to-day work"
    VIEWER = "viewer", "Viewer: reads, changes nothing"


class MemberState(models.TextChoices):
    PENDING = "pending", "waiting to be approved"
    ACTIVE = "active", "active"
    REFUSED = "refused", "refused"
    LEFT = "left", "left"


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> Self:
        """Those who may act now: approved, not gone, and able to sign in."""
        return self.filter(state=MemberState.ACTIVE, user__is_active=True)

    def pending(self) -> Self:
        return self.filter(state=MemberState.PENDING)

    def waiting_for_approval(self) -> Self:
        """Pending, and their address known to be theirs: somebody's decision is due."""
        return self.pending().filter(user__confirmed_at__isnull=False)

    def visible_to(self, member: "Member") -> Self:
        """Colleagues of one's own organisation."""
        return self.filter(organisation=member.organisation_id, user__isnull=False)


class Member(models.Model):
    """A person acting for an organisation in a role, or a platform; the actor of every verb."""

    # A platform has none. The type does not say so: whoever wants a person asks for those who
    # are `active`, and whoever meets an actor of either kind asks for its `name`.
    user: "models.ForeignKey[User | None, User]" = models.ForeignKey(  # type: ignore[misc]
        User, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    # The partner platform that acts for the organisation through the API, by its name.
    platform = models.CharField(max_length=100, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=20, choices=Role, default=Role.COLLEAGUE)
    state = models.CharField(max_length=20, choices=MemberState, default=MemberState.ACTIVE)
    job_title = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="one_live_membership_per_person_and_organisation",
                condition=Q(state__in=[MemberState.PENDING, MemberState.ACTIVE]),
            ),
            models.CheckConstraint(
                name="a_member_is_a_person_or_a_platform",
                condition=Q(user__isnull=False, platform="") | Q(user=None) & ~Q(platform=""),
            ),
            models.CheckConstraint(name="member_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="member_state_is_known", condition=Q(state__in=MemberState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.organisation}"

    @property
    def name(self) -> str:
        return self.platform or str(self.user)

    @property
    def is_active(self) -> bool:
        return self.state == MemberState.ACTIVE

    @property
    def may_write(self) -> bool:
        return self.is_active and self.role != Role.VIEWER

    @property
    def leads(self) -> bool:
        return self.is_active and self.role == Role.LEAD
