"""The schema as a whole: the committed text, its conventions, and how it comes to the host."""

from __future__ import annotations

import graphene
import pytest

from playground.graphql.schema import Mutation, Query, schema
from saleor_loyalty import errors
from saleor_loyalty.graphql import mutations
from saleor_loyalty.graphql.enums import LoyaltyErrorCode, LoyaltyReceiptCodeEnum
from saleor_loyalty.graphql.print_schema import COMMITTED_SCHEMA, print_loyalty_schema
from saleor_loyalty.graphql.schema import HOST_FIELDS, MUTATIONS, QUERIES, extend_schema
from saleor_loyalty.messages import LANGUAGES, render


def test_the_committed_schema_is_the_one_that_is_served():
    assert COMMITTED_SCHEMA.read_text() == print_loyalty_schema(schema()), 'run "make schema"'


def test_extending_twice_changes_nothing():
    before = str(schema())
    extend_schema(Query, Mutation)
    assert str(graphene.Schema(query=Query, mutation=Mutation)) == before


def test_a_host_that_has_a_field_of_the_same_name_is_refused_at_start():
    class Taken(graphene.ObjectType):
        loyalty_program = graphene.String()

    with pytest.raises(RuntimeError, match="Taken already has a field loyalty_program"):
        extend_schema(Taken, Mutation)


def test_each_type_of_ours_carries_the_prefix_or_is_a_payload_of_a_checkout_mutation():
    ours = [
        name
        for name, found in schema().get_type_map().items()
        if getattr(getattr(found, "graphene_type", None), "__module__", "").startswith("saleor_loyalty")
    ]
    assert sorted(name for name in ours if not name.startswith("Loyalty")) == [
        "CheckoutLoyaltyPointsApply",
        "CheckoutLoyaltyPointsRemove",
    ]


def test_each_field_and_argument_of_ours_is_described():
    undescribed = []
    for name, found in schema().get_type_map().items():
        if not getattr(getattr(found, "graphene_type", None), "__module__", "").startswith("saleor_loyalty"):
            continue
        for field_name, field in (getattr(found, "fields", None) or {}).items():
            if not field.description and field_name not in ("id", "errors", "direction", "field"):
                undescribed.append(f"{name}.{field_name}")
            undescribed += [
                f"{name}.{field_name}({argument})"
                for argument, value in (getattr(field, "args", None) or {}).items()
                if not value.description
            ]
    assert undescribed == []


def test_each_mutation_is_in_the_table_of_contents():
    exported = {getattr(mutations, name).__name__ for name in mutations.__all__}
    assert {field.type._meta.name for field in MUTATIONS.values()} == exported
    assert len(QUERIES) >= 21
    assert len(HOST_FIELDS) == 5


def test_each_exception_of_the_domain_has_its_code_in_the_enum():
    codes = {value.value for value in LoyaltyErrorCode._meta.enum}
    leaves = errors.LoyaltyException.__subclasses__()
    missing = {leaf.__name__: leaf.code for leaf in leaves if leaf.code not in codes}
    assert missing == {}
    assert len(leaves) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_receipt_code_has_its_words(language: str):
    facts = {"points": 5, "base": 10, "rule": "basic", "detail": "1/1"}
    for code in LoyaltyReceiptCodeEnum._meta.enum:
        for suffix in ("", "_STAFF"):
            assert render(f"RECEIPT_{code.value}{suffix}", language=language, currency="ILS", **facts)


def test_no_custom_scalar_is_added():
    scalars = [
        name
        for name, found in schema().get_type_map().items()
        if isinstance(getattr(found, "graphene_type", None), type)
        and issubclass(found.graphene_type, graphene.Scalar)
        and found.graphene_type.__module__.startswith("saleor_loyalty")
    ]
    assert scalars == []
