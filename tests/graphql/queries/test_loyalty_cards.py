"""What staff reads of cards: labels, notes and fields, and accounts by label."""

from __future__ import annotations

import pytest

from saleor_loyalty.cards import FieldEntry, add_note, archive_custom_field, set_field_values
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import CustomField, LoyaltyAccount
from saleor_loyalty.programs import create_program
from tests import club
from tests.graphql.api import Api, gid, nodes
from tests.graphql.card_documents import fill_card, make_label

LABELS = """query($program: ID, $search: String) { loyaltyLabels(first: 10, program: $program, search: $search) {
    totalCount edges { node { name accountsCount } } } }"""
FIELDS = """query($program: ID!, $archived: Boolean) {
    loyaltyCustomFields(program: $program, includeArchived: $archived) { key } }"""
ACCOUNTS = """query($where: LoyaltyAccountWhereInput) { loyaltyAccounts(first: 10, where: $where) {
    totalCount edges { node { id } } } }"""


def labels(api: Api, **arguments) -> list[str]:
    found = api(LABELS, **arguments)["loyaltyLabels"]
    names = [node["name"] for node in nodes(found)]
    assert found["totalCount"] == len(names)
    return names


def test_labels_come_by_name_with_their_numbers(staff: Api, account):
    for name in ("vip", "Regulars", "Ädel"):
        make_label(account, name, is_assigned=name == "vip")
    found = nodes(staff(LABELS)["loyaltyLabels"])
    assert found == [
        {"name": "Regulars", "accountsCount": 0},
        {"name": "vip", "accountsCount": 1},
        {"name": "Ädel", "accountsCount": 0},
    ]


def test_labels_are_searched_by_any_part_and_program(staff: Api, account):
    for name in ("VIP guests", "Guests", "100% off"):
        make_label(account, name)
    other = create_program(name="Other", slug="other", at=club.now())
    assert labels(staff, search=" GUEST ") == ["Guests", "VIP guests"]
    assert labels(staff, search="%") == ["100% off"]
    assert labels(staff, search="\x00") == ["100% off", "Guests", "VIP guests"]
    assert labels(staff, program=gid("LoyaltyProgram", account.program_id), search="vip") == ["VIP guests"]
    assert labels(staff, program=gid("LoyaltyProgram", other)) == []
    assert labels(staff, program="garbage") == []


def test_fields_come_in_their_order_without_the_archived_ones(staff: Api, program):
    company = CustomField.objects.get(program=program, key="company")
    archive_custom_field(company.pk, at=club.now())

    def keys(**arguments) -> list[str]:
        return [field["key"] for field in staff(FIELDS, **arguments)["loyaltyCustomFields"]]

    program_id = gid("LoyaltyProgram", program)
    assert keys(program=program_id) == ["position", "phone", "email", "birthday"]
    assert keys(program=program_id, archived=True) == ["company", "position", "phone", "email", "birthday"]
    assert keys(program=gid("LoyaltyProgram", 0)) == keys(program="garbage") == []


def test_the_card_of_an_account(staff: Api, app: Api, account):
    fill_card(account, staff=staff, app=app)
    document = """query($id: ID!) { loyaltyAccount(id: $id) {
        labels { name key } fields { value field { key name type } }
        notes(first: 10) { totalCount edges { node { type text user { email } app { name } } } } } }"""
    assert staff(document, id=gid("LoyaltyAccount", account))["loyaltyAccount"] == {
        "labels": [{"name": "Regulars", "key": "regulars"}, {"name": "VIP", "key": "vip"}],
        "fields": [{"value": "Acme", "field": {"key": "company", "name": "Company", "type": "TEXT"}}],
        "notes": {
            "totalCount": 2,
            "edges": [
                {"node": {"type": None, "text": "Wrote.", "user": None, "app": {"name": "CRM"}}},
                {
                    "node": {
                        "type": "call",
                        "text": "Called us.",
                        "user": {"email": "staff@example.com"},
                        "app": None,
                    }
                },
            ],
        },
    }


def test_an_archived_field_is_off_the_card(staff: Api, account):
    company = CustomField.objects.get(program_id=account.program_id, key="company")
    set_field_values(account.pk, values=[FieldEntry(field_id=company.pk, value="Acme")], at=club.now())
    archive_custom_field(company.pk, at=club.now())
    document = "query($id: ID!) { loyaltyAccount(id: $id) { fields { value } } }"
    assert staff(document, id=gid("LoyaltyAccount", account)) == {"loyaltyAccount": {"fields": []}}


def test_notes_of_two_accounts_do_not_mix(staff: Api, account):
    second = club.give(club.add_customer("omar@example.com"), 5)
    for number, owner in enumerate((account, second, account)):
        add_note(owner.pk, text=f"Note {number}", author=Actor("STAFF", 1), at=club.now())
    found = staff("{ loyaltyAccounts(first: 10) { edges { node { notes(first: 2) { edges { node { text } } } } } } }")
    texts = [[note["text"] for note in nodes(node["notes"])] for node in nodes(found["loyaltyAccounts"])]
    assert texts == [["Note 1"], ["Note 2", "Note 0"]]


def test_a_customer_sees_nothing_of_the_own_card(owner: Api, staff: Api, app: Api, account):
    fill_card(account, staff=staff, app=app)
    document = "{ me { loyaltyAccount { labels { name } fields { value } notes(first: 1) { totalCount } } } }"
    assert owner(document) == {"me": {"loyaltyAccount": {"labels": None, "fields": None, "notes": None}}}


@pytest.fixture
def labelled(account) -> dict[str, str]:
    """Three accounts: with VIP and Regulars, with Regulars, with none. Returns the labels' ids."""
    second = club.give(club.add_customer("omar@example.com"), 5)
    club.give(club.add_customer("lena@example.com"), 5)
    vip = make_label(account, "VIP", is_assigned=True)
    regulars = make_label(account, "Regulars", is_assigned=True)
    second.label_assignments.create(label=regulars, actor_kind="STAFF", actor_id=1, created_at=club.now())
    return {"vip": gid("LoyaltyLabel", vip), "regulars": gid("LoyaltyLabel", regulars), "none": "garbage"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"eq": "vip"}, {"dana"}),
        ({"eq": "regulars"}, {"dana", "omar"}),
        ({"oneOf": ["vip", "regulars"]}, {"dana", "omar"}),
        ({"notOneOf": ["vip"]}, {"omar", "lena"}),
        ({"notOneOf": ["vip", "regulars"]}, {"lena"}),
        ({"eq": "regulars", "notOneOf": ["vip"]}, {"omar"}),
        ({"eq": "vip", "notOneOf": ["vip"]}, set()),
        ({"eq": "none"}, set()),
        ({"oneOf": []}, set()),
        ({"oneOf": ["none", "vip"]}, {"dana"}),
        # Whoever excludes what is no label does not get those who were to be kept out.
        ({"notOneOf": ["none"]}, set()),
        ({"notOneOf": ["none", "vip"]}, set()),
        ({"notOneOf": []}, {"dana", "omar", "lena"}),
        ({"eq": None, "oneOf": None, "notOneOf": None}, {"dana", "omar", "lena"}),
    ],
)
def test_accounts_are_found_by_label(staff: Api, labelled: dict[str, str], condition: dict, expected: set[str]):
    # given
    where = {
        name: [labelled[key] for key in value] if isinstance(value, list) else labelled.get(value)
        for name, value in condition.items()
    }

    # when
    found = staff(ACCOUNTS, where={"labels": where})["loyaltyAccounts"]

    # then
    names = {
        gid("LoyaltyAccount", account): account.user.email.split("@")[0] for account in LoyaltyAccount.objects.all()
    }
    assert {names[node["id"]] for node in nodes(found)} == expected
    assert found["totalCount"] == len(expected)


def test_labels_combine_with_other_conditions(staff: Api, labelled: dict[str, str]):
    where = {"OR": [{"labels": {"eq": labelled["vip"]}}, {"labels": {"notOneOf": [labelled["regulars"]]}}]}
    assert staff(ACCOUNTS, where=where)["loyaltyAccounts"]["totalCount"] == 2
    where = {"labels": {"eq": labelled["regulars"]}, "balance": {"eq": 5}}
    assert staff(ACCOUNTS, where=where)["loyaltyAccounts"]["totalCount"] == 1


def test_too_many_labels_in_a_filter_are_refused(staff: Api, labelled: dict[str, str]):
    error = staff.error(ACCOUNTS, where={"labels": {"oneOf": [labelled["vip"]] * 101}})
    assert error == ("GraphQLError", "A filter must not have more than 100 items.")
