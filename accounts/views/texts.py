"""A text the day before something starts: asking for it, and having the number deleted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import texts
from accounts.forms.texts import TextMe
from accounts.http import signed_in

# What the button says that takes no number.
NO_TEXTS = "none"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def day_before(request: HttpRequest) -> HttpResponse:
    """Offered to those whom we would text; and whoever gave a number may always take it away."""
    person = signed_in(request)
    kept, offered = texts.of(person), texts.are_for(person)
    if kept is None and not offered:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    if sent and sent.get("texts") == NO_TEXTS:
        texts.remove(person)
        messages.success(request, "You get no more texts, and we have deleted your number.")
        return redirect("accounts:mails")
    form = TextMe(
        sent if offered else None,
        initial={"number": texts.as_written(kept.number)} if kept else {},
    )
    if form.is_valid():
        texts.choose(person, form.cleaned_data["number"])
        messages.success(request, "We text you the day before something starts.")
        return redirect("accounts:mails")
    context = {"form": form, "kept_number": kept, "offered": offered}
    return render(request, "accounts/texts.html", context)
