"""The organisation one acts for, and its workplaces."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import authority, organisations, workplaces
from accounts.forms.register import DescribeOrganisation, DescribeSchool
from accounts.forms.workplaces import DescribeWorkplace
from accounts.http import acting
from accounts.models import Workplace


def organisation(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    context = {
        "organisation": member.organisation,
        "can_describe": authority.may_describe_organisation(member),
        "can_connect": authority.may_connect_platforms(member, member.organisation_id),
    }
    return render(request, "accounts/organisation.html", context)


def describe_organisation(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_describe_organisation(member):
        raise PermissionDenied
    kind = DescribeSchool if member.organisation.is_school else DescribeOrganisation
    form = kind(request.POST or None, instance=member.organisation)
    if form.is_valid():
        organisations.describe(form.instance, by=member)
        messages.success(request, "Your organisation's details have been saved.")
        return redirect("accounts:organisation")
    return render(request, "accounts/describe_organisation.html", {"form": form})


def workplace_list(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    mine = Workplace.objects.visible_to(member).order_by("-is_active", "name", "pk")
    page = Paginator(mine, 20).get_page(request.GET.get("page"))
    context = {"page_obj": page, "can_keep": authority.may_keep_workplaces(member)}
    return render(request, "accounts/workplaces.html", context)


def add_workplace(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_keep_workplaces(member):
        raise PermissionDenied
    form = DescribeWorkplace(request.POST or None)
    if form.is_valid():
        workplaces.add(form.save(commit=False), by=member)
        messages.success(request, "The workplace has been added.")
        return redirect("accounts:workplaces")
    return render(request, "accounts/workplace.html", {"form": form, "workplace": None})


def change_workplace(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    workplace = get_object_or_404(Workplace.objects.visible_to(member), pk=pk)
    if not authority.may_keep_workplaces(member):
        raise PermissionDenied
    form = DescribeWorkplace(request.POST or None, instance=workplace)
    if form.is_valid():
        try:
            workplaces.change(form.save(commit=False), by=member)
        except ValidationError as refusal:
            # Whoever relies on the workplace says which answer it cannot be.
            form.add_error(refusal.code if refusal.code in form.fields else None, refusal)
        else:
            messages.success(request, "The workplace has been saved.")
            return redirect("accounts:workplaces")
    return render(request, "accounts/workplace.html", {"form": form, "workplace": workplace})


@require_POST
def retire_workplace(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    workplace = get_object_or_404(Workplace.objects.visible_to(member), pk=pk)
    workplaces.retire(workplace, by=member)
    messages.success(request, f"{workplace.name} is no longer offered.")
    return redirect("accounts:workplaces")


@require_POST
def bring_back_workplace(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    workplace = get_object_or_404(Workplace.objects.visible_to(member), pk=pk)
    workplaces.bring_back(workplace, by=member)
    messages.success(request, f"{workplace.name} can be chosen again.")
    return redirect("accounts:workplaces")
