"""Mail that came back: which addresses it was for, and mending them."""

from uuid import UUID

from django.contrib import messages as told
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import bounces, limits
from accounts.forms.bounces import CorrectAddress
from accounts.http import acting
from accounts.models import Member, Message

A_PAGE = 20
TOO_OFTEN = "You have had very many mails sent. Go on in an hour."
# The same whether or not the address has an account, which is nobody else's business.
ASKED = (
    "We have written to the new address. What waits goes there once it is confirmed. An address that"
    " has an account already cannot be: invite it instead. What waits is not sent there then."
)
CORRECTED = "The address is corrected. What waited goes there now, if it is still worth reading."
SENT_AGAIN = "What waited is sent again, if it is still worth reading."


@never_cache
@require_safe
def came_back(request: HttpRequest) -> HttpResponse:
    found = bounces.by_address(acting(request))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/came_back.html", {"page_obj": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The right address; or, if it is this one after all, a button that sends again."""
    member = acting(request)
    message = _found(member, pk)
    may_correct = bounces.may_correct(member, message)
    if request.method == "POST" and not may_correct:
        raise PermissionDenied
    form = CorrectAddress(request.POST if request.method == "POST" else None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if not _may_send(request, member):
            form.add_error("email", TOO_OFTEN)
        else:
            try:
                bounces.correct(message, email=email, by=member)
            except ValidationError as refusal:
                form.add_error("email", refusal)
            else:
                told.success(request, ASKED if message.recipient else CORRECTED)
                return _back(message, member)
    context = {
        "message": message,
        "form": form if may_correct else None,
        "member": member,
        "page": bounces.page_of(message, member),
    }
    return render(request, "accounts/mend_address.html", context)


@require_POST
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = acting(request)
    message = _found(member, pk)
    if not _may_send(request, member):
        raise ValidationError(TOO_OFTEN, code="too_many")
    bounces.send_again(message, by=member)
    told.success(request, SENT_AGAIN)
    return _back(message, member)


def _back(message: Message, member: Member) -> HttpResponse:
    """To what the mail was about; or to all that came back."""
    return redirect(bounces.page_of(message, member) or "accounts:came-back")


def _found(member: Member, pk: UUID) -> Message:
    return get_object_or_404(
        bounces.visible_to(member).select_related("recipient", "entered_by"), pk=pk
    )


def _may_send(request: HttpRequest, member: Member) -> bool:
    return limits.spend(request, "invite", key=str(member.organisation_id))
