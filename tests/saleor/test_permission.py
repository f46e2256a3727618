"""MANAGE_LOYALTY as one of Saleor's own permissions, and who is asking."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from saleor.account.models import Group, User
from saleor.app.models import App
from saleor.permission.enums import get_permissions_from_names
from saleor.permission.models import Permission

from saleor_loyalty.adapter.customers import read_requester
from saleor_loyalty.host import Requester
from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION

MY_PERMISSIONS = "{ me { userPermissions { code name } } }"


@pytest.fixture
def permission(db):
    return Permission.objects.get(codename="manage_loyalty", content_type__app_label="saleor_loyalty")


class Context:
    """What a GraphQL context of Saleor says about who is asking."""

    def __init__(self, *, user=None, app=None):
        self.user = user
        self.app = app


def test_saleor_finds_the_permission_by_its_name(permission):
    assert list(get_permissions_from_names(["MANAGE_LOYALTY"])) == [permission]


def test_staff_sees_the_permission_among_its_own(shop):
    codes = {
        email: {entry["code"] for entry in shop.query(MY_PERMISSIONS, by=email).data["me"]["userPermissions"]}
        for email in (STAFF, STAFF_WITHOUT_PERMISSION)
    }

    assert "MANAGE_LOYALTY" in codes[STAFF]
    assert codes[STAFF] - codes[STAFF_WITHOUT_PERMISSION] == {"MANAGE_LOYALTY"}


def test_a_group_gets_the_permission_over_saleors_own_mutation(shop):
    # given
    group = Group.objects.create(name="Marketing")

    # when
    answer = shop.query(
        """mutation($id: ID!) { permissionGroupUpdate(id: $id, input: {addPermissions: [MANAGE_LOYALTY]}) {
            group { permissions { code } } errors { field code } } }""",
        {"id": f"{_global_id('Group', group.pk)}"},
        by=STAFF,
    )

    # then
    payload = answer.data["permissionGroupUpdate"]
    assert payload == {"group": {"permissions": [{"code": "MANAGE_LOYALTY"}]}, "errors": []}


def test_nobody_has_the_permission_after_migrating(permission):
    assert Group.objects.filter(permissions=permission).count() == 0
    assert User.objects.filter(user_permissions=permission).count() == 0


def test_installing_grants_it_to_the_named_groups(permission, capsys):
    # given
    marketing = Group.objects.create(name="Marketing")
    clerks = Group.objects.create(name="Clerks")

    # when
    call_command("loyalty_install", group=["Marketing"])
    call_command("loyalty_install", group=["Marketing"])

    # then
    assert list(marketing.permissions.all()) == [permission]
    assert clerks.permissions.count() == 0
    assert "MANAGE_LOYALTY is held by: Marketing." in capsys.readouterr().out


def test_installing_grants_it_to_all_who_manage_staff(permission):
    # given
    managers = Group.objects.create(name="Managers")
    managers.permissions.add(*get_permissions_from_names(["MANAGE_STAFF"]))
    clerks = Group.objects.create(name="Clerks")
    clerks.permissions.add(*get_permissions_from_names(["MANAGE_ORDERS"]))

    # when
    call_command("loyalty_install", all_staff_managers=True)

    # then
    assert managers.permissions.filter(pk=permission.pk).count() == 1
    assert clerks.permissions.filter(pk=permission.pk).count() == 0


def test_installing_for_an_unknown_group_grants_nothing(permission):
    # given
    marketing = Group.objects.create(name="Marketing")

    # when
    with pytest.raises(CommandError, match=r"There is no group named Sales\. Nothing was granted\."):
        call_command("loyalty_install", group=["Marketing", "Sales"])

    # then
    assert marketing.permissions.count() == 0


def test_installing_without_saying_for_whom_names_the_groups(permission):
    # given
    Group.objects.create(name="Marketing")

    # when
    with pytest.raises(CommandError, match=r"The groups are: Marketing\."):
        call_command("loyalty_install")

    # then
    assert Group.objects.filter(permissions=permission).count() == 0


def test_an_anonymous_requester_has_nothing():
    assert read_requester(Context()) == Requester()


def test_a_customer_is_known_without_a_statement(customer_user, django_assert_num_queries):
    with django_assert_num_queries(0):
        requester = read_requester(Context(user=customer_user))

    assert requester == Requester(user_id=customer_user.pk)


def test_staff_has_what_its_groups_have(staff_user, permission):
    # given
    group = Group.objects.create(name="Marketing")
    group.permissions.add(permission)
    group.user_set.add(staff_user)

    # when
    requester = read_requester(Context(user=User.objects.get(pk=staff_user.pk)))

    # then
    assert requester == Requester(user_id=staff_user.pk, is_staff=True, can_manage_loyalty=True)


def test_an_app_has_its_own_permissions_and_no_user(permission):
    # given
    app = App.objects.create(name="Mailer", is_active=True)
    app.permissions.add(permission, *get_permissions_from_names(["MANAGE_USERS"]))

    # when
    requester = read_requester(Context(app=app))

    # then
    assert requester == Requester(app_id=app.pk, can_manage_loyalty=True, can_manage_users=True)


def test_a_superuser_may_do_everything(superuser):
    assert read_requester(Context(user=superuser)) == Requester(
        user_id=superuser.pk,
        is_staff=True,
        can_manage_loyalty=True,
        can_manage_users=True,
        can_manage_orders=True,
        can_manage_checkouts=True,
    )


def _global_id(type_name, pk):
    from graphene import Node

    return Node.to_global_id(type_name, pk)
