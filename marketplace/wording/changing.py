"""Putting the words of a kind of message otherwise, for those of the national team who may."""

from django.contrib import messages as told
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from jinja2 import TemplateError

from accounts import authority, letters, wording, wording_rules
from accounts.forms.messages import PutBack, PutWords
from accounts.http import acting
from accounts.letters import Mail
from accounts.models import Member, Wording
from marketplace.wording import gallery

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
VERSIONS = 20


@GET_OR_POST
def change(request: HttpRequest, kind: str) -> HttpResponse:
    """Words to send from now on; or first a look at them, which changes nothing."""
    member = _writing(request, kind)
    now = wording.current(kind)
    sent = request.POST if request.method == "POST" else None
    form = PutWords(sent, initial={"text": now.text.strip(), "seen": now.number})
    looks_first = sent is not None and "look" in sent
    look = _look(form, kind) if sent is not None else None
    if form.is_valid() and not looks_first and _put(form, kind, by=member):
        told.success(request, "From now on it is sent with these words.")
        return redirect("wording-of", kind)
    if looks_first:
        # Why they are changed is asked when they are sent.
        form.errors.pop("because", None)
    context = {
        "form": form,
        "kind": kind,
        "name": gallery.name_of(kind),
        "now": now,
        "look": look if looks_first else None,
        "values": wording_rules.values(kind),
        "versions": Wording.objects.of_kind(kind).select_related("by__user")[:VERSIONS],
    }
    return render(request, "wording/change.html", context)


@GET_OR_POST
def put_back(request: HttpRequest, kind: str) -> HttpResponse:
    """The words that the product came with, from now on."""
    member = _writing(request, kind)
    now = wording.current(kind)
    form = PutBack(request.POST if request.method == "POST" else None, initial={"seen": now.number})
    if form.is_valid():
        said = form.cleaned_data
        try:
            wording.put_back(kind, seen=said["seen"], because=said["because"], by=member)
        except ValidationError as refusal:
            _look_again(form, kind)
            form.add_error("because", refusal)
        else:
            told.success(request, "From now on it is sent with its first words.")
            return redirect("wording-of", kind)
    context = {"form": form, "kind": kind, "name": gallery.name_of(kind)}
    return render(request, "wording/put_back.html", context)


def _put(form: PutWords, kind: str, *, by: Member) -> bool:
    said = form.cleaned_data
    try:
        wording.put(kind, said["text"], seen=said["seen"], because=said["because"], by=by)
    except ValidationError as refusal:
        if refusal.code == "changed_meanwhile":
            _look_again(form, kind)
        form.add_error("text", refusal)
    return not form.errors


def _look_again(form: Form, kind: str) -> None:
    """What a colleague has put is shown with the refusal, and so has been seen."""
    sent = QueryDict(mutable=True)
    sent.update({name: form.data[name] for name in form.data if name != "seen"})
    sent["seen"] = str(wording.current(kind).number)
    form.data = sent


def _look(form: PutWords, kind: str) -> Mail | None:
    """The sample with these words; what it cannot be made from is told beside them."""
    form.full_clean()
    text = wording.tidied(form.cleaned_data.get("text", ""))
    if not text:
        return None
    try:
        wording_rules.refuse_unfit(kind, text)
        found = gallery.of_kind(kind, text=text)
    except ValidationError as refusal:
        form.add_error("text", refusal)
    except TemplateError:
        form.add_error("text", "No message can be made from these words.")
    else:
        return found.mail if found else None
    return None


def _writing(request: HttpRequest, kind: str) -> Member:
    member = acting(request)
    if not authority.may_put_words(member):
        raise PermissionDenied
    if kind not in letters.kinds():
        raise Http404
    return member
