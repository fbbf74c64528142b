"""What became of messages: for the national team, who see to it that mail arrives."""

from uuid import UUID

from django.contrib import messages as told
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import authority, outbox, undelivered
from accounts.forms.messages import FindByAddress, LetBe
from accounts.http import acting
from accounts.models import Member, Message, MessageState

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def messages(request: HttpRequest) -> HttpResponse:
    """An address is sent in a form, and so is in no log and no browser's history."""
    watching(request)
    form = FindByAddress(request.POST if request.method == "POST" else None)
    asked = form.cleaned_data["email"] if form.is_valid() else ""
    rows = undelivered.to_address(asked) if asked else undelivered.in_trouble()
    context = {
        "form": form,
        "asked": asked,
        "rows": rows,
        "others": undelivered.in_one_mail(rows),
        "figures": undelivered.figures(),
        "most": undelivered.MOST,
    }
    return render(request, "accounts/messages.html", context)


@require_POST
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = watching(request)
    outbox.try_again(get_object_or_404(Message, pk=pk), by=member)
    told.success(request, "It is sent again.")
    return redirect("accounts:messages")


@GET_OR_POST
def let_be(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = watching(request)
    if not member.may_write:
        raise PermissionDenied
    message = get_object_or_404(Message, pk=pk)
    form = LetBe(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            outbox.let_be(message, by=member, reason=form.cleaned_data["reason"])
        except ValidationError as refusal:
            form.add_error("reason", refusal)
        else:
            told.success(request, "It is not sent any more.")
            return redirect("accounts:messages")
    # What came back in one mail waits for its address, each by itself.
    is_held = message.state == MessageState.HELD
    others = {} if is_held else undelivered.in_one_mail([message])
    context = {"form": form, "message": message, "others": others.get(message.pk, 0)}
    return render(request, "accounts/message_let_be.html", context)


def watching(request: HttpRequest) -> Member:
    member = acting(request)
    if not authority.may_watch_messages(member):
        raise PermissionDenied
    return member
