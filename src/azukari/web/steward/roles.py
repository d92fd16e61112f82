"""権限設定: the matrix function × right of every role."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.tenancy import directory
from azukari.tenancy import users as verbs
from azukari.tenancy.models import Role
from azukari.tenancy.options import functions_open
from azukari.tenancy.rights import Function, RoleKind
from azukari.web import errors
from azukari.web.components.parts import Link
from azukari.web.forms.roles import CopyForm, RoleForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page

TAKEN = "この権限名は使われています。別の名前にしてください。"


def roles(request: OperatorRequest) -> HttpResponse:
    lines = [
        (role, RoleKind(role.kind).label, count, verbs.is_own(role, request.actor))
        for role, count in directory.roles_with_counts()
    ]
    may_create = request.actor.may("role:create")
    context = page("権限設定", lines=lines, may_create=may_create)
    return render(request, "steward/roles/list.html", context)


def register(request: OperatorRequest) -> HttpResponse:
    """A new role, empty or starting from the rights of another (`?copy=id`)."""
    original = _original(request)
    initial = {"kind": original.kind, "permissions": original.permissions} if original else {}
    form = RoleForm(sent(request), initial=initial, open_functions=_functions(request))
    if request.method == "POST" and form.is_valid():
        kind = RoleKind(form.cleaned_data["kind"])
        try:
            role = verbs.create_role(
                form.cleaned_data["name"], kind, form.chosen(), actor=request.actor
            )
            messages.success(request, f"権限「{role.name}」を登録しました。")
            return redirect("roles")
        except verbs.RoleTaken:
            form.add_error("name", TAKEN)
    copies = CopyForm(
        roles=[(str(one.id), one.name) for one in Role.objects.order_by("kind", "name")],
        initial={"copy": original.id if original else ""},
    )
    context = page("権限の登録", _to_list(), form=form, copies=copies, is_new=True)
    return render(request, "steward/roles/role.html", context)


def role(request: OperatorRequest, role_id: UUID) -> HttpResponse:
    """Seen by whoever may view roles; changed by others only than those who work under it."""
    row = get_object_or_404(Role.objects, id=role_id)
    is_own = verbs.is_own(row, request.actor)
    may_change = request.actor.may("role:change") and not is_own
    if request.method == "POST" and not may_change:
        request.actor.require("role:change")
        return errors.forbidden(request)
    initial = {"name": row.name, "kind": row.kind, "permissions": row.permissions,
               "version": row.version}  # fmt: skip
    form = RoleForm(
        sent(request), initial=initial, frozen=not may_change, open_functions=_functions(request)
    )
    form.fields["kind"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_role(
                row,
                form.cleaned_data["name"],
                form.chosen(),
                version=form.cleaned_data["version"] or 0,
                actor=request.actor,
            )
            messages.success(request, f"権限「{row.name}」を変更しました。次の操作から有効です。")
            return redirect("roles")
        except verbs.RoleTaken:
            form.add_error("name", TAKEN)
        except verbs.SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
    count = next((n for one, n in directory.roles_with_counts() if one.id == row.id), 0)
    context = page(row.name, _to_list(), form=form, role=row, count=count, is_own=is_own,
                   may_change=may_change, may_create=request.actor.may("role:create"))  # fmt: skip
    return render(request, "steward/roles/role.html", context)


def _original(request: OperatorRequest) -> Role | None:
    try:
        wanted = UUID(request.GET.get("copy", ""))
    except ValueError:
        return None
    return Role.objects.filter(id=wanted).first()


def _functions(request: OperatorRequest) -> frozenset[Function]:
    return functions_open(request.admission.options)


def _to_list() -> Link:
    return Link("権限設定", reverse("roles"))
