"""From the wire's structs to `model.order`: ids without `gid://`; text, money and times canonical; lists sorted.

Pure. Raises Malformed, which names the path and never a personal value, for what can't be an order.
"""

from collections import Counter

from msgspec import UNSET

from shipsync.model import canonical
from shipsync.model.order import (
    MARK_PREFIX,
    MARKS,
    Address,
    Attribute,
    Dispute,
    Line,
    Order,
    Refund,
    ShippingLine,
    Transaction,
)

from . import raw
from .normalize_fulfillment import fulfillment, fulfillment_orders
from .scalars import (
    count,
    grams,
    identity,
    moment,
    moment_or_none,
    money,
    no_twins,
    quantities,
    ref,
    required_text,
    unit_grams,
)

OURS = frozenset(MARK_PREFIX + word for word in MARKS)


def order(wire: raw.Order) -> Order:
    """The whole order. Every connection of `wire` must have been followed to its end."""
    refunds = tuple(_refund(f"refunds[{i}]", refund) for i, refund in enumerate(wire.refunds))
    lines = _lines(wire.line_items.nodes, refunds)
    tags = sorted({tag for text in wire.tags if (tag := canonical.text(text)) is not None})
    return Order(
        id=identity("id", wire.id, "Order"),
        name=required_text(wire.name),
        created_at=moment("createdAt", wire.created_at),
        updated_at=moment("updatedAt", wire.updated_at),
        processed_at=moment("processedAt", wire.processed_at),
        test=wire.test,
        closed=wire.closed,
        cancelled_at=moment_or_none("cancelledAt", wire.cancelled_at),
        cancel_reason=wire.cancel_reason,
        edited=wire.edited,
        financial=wire.display_financial_status,
        fulfillment=wire.display_fulfillment_status,
        return_status=wire.return_status,
        source=canonical.text(wire.source_name),
        currency=wire.currency_code,
        subtotal=money("currentSubtotalPriceSet", wire.current_subtotal_price_set),
        total=money("currentTotalPriceSet", wire.current_total_price_set),
        outstanding=money("totalOutstandingSet", wire.total_outstanding_set),
        grams=grams("currentTotalWeight", wire.current_total_weight),
        email=canonical.text(wire.email),
        phone=canonical.text(wire.phone),
        note=canonical.text(wire.note),
        po_number=canonical.text(wire.po_number),
        tags=tuple(tag for tag in tags if tag not in OURS),
        marks=tuple(tag.removeprefix(MARK_PREFIX) for tag in tags if tag in OURS),
        attributes=_attributes(wire.custom_attributes),
        address=None if wire.shipping_address is None else _address(wire.shipping_address),
        lines=lines,
        shipping_lines=_shipping_lines(wire.shipping_lines.nodes),
        fulfillment_orders=fulfillment_orders(wire.fulfillment_orders.nodes, {line.id for line in lines}),
        fulfillments=tuple(fulfillment(f"fulfillments[{i}]", f) for i, f in enumerate(wire.fulfillments)),
        refunds=refunds,
        transactions=tuple(_transaction(f"transactions[{i}]", t) for i, t in enumerate(wire.transactions)),
        disputes=tuple(
            sorted((_dispute(f"disputes[{i}]", d) for i, d in enumerate(wire.disputes)), key=lambda d: d.id)
        ),
        risk=wire.risk.recommendation,
        risk_pending=any(assessment.risk_level == "PENDING" for assessment in wire.risk.assessments),
        payment_terms=wire.payment_terms is not UNSET and wire.payment_terms is not None,
    )


def _address(wire: raw.Address) -> Address:
    return Address(
        first=canonical.text(wire.first_name),
        last=canonical.text(wire.last_name),
        company=canonical.text(wire.company),
        address1=canonical.text(wire.address1),
        address2=canonical.text(wire.address2),
        city=canonical.text(wire.city),
        province=canonical.text(wire.province_code),
        zip=canonical.text(wire.zip),
        country=canonical.text(wire.country_code_v2),
        phone=canonical.text(wire.phone),
    )


def _lines(wires: list[raw.LineItem], refunds: tuple[Refund, ...]) -> tuple[Line, ...]:
    refunded: Counter[str] = Counter()
    for refund in refunds:
        for part in refund.lines:
            refunded[part.line_id] += part.quantity
    lines = tuple(_line(f"lineItems[{i}]", wire, refunded) for i, wire in enumerate(wires))
    no_twins("lineItems", (line.id for line in lines))
    return lines


def _line(path: str, wire: raw.LineItem, refunded: Counter[str]) -> Line:
    line_id = identity(f"{path}.id", wire.id, "LineItem")
    item = wire.variant.inventory_item if wire.variant else None
    return Line(
        id=line_id,
        sku=canonical.text(wire.sku),
        title=required_text(wire.title),
        variant_title=canonical.text(wire.variant_title),
        vendor=canonical.text(wire.vendor),
        quantity=count(f"{path}.currentQuantity", wire.current_quantity),
        unfulfilled=count(f"{path}.unfulfilledQuantity", wire.unfulfilled_quantity),
        refunded=refunded[line_id],
        requires_shipping=wire.requires_shipping,
        gift_card=wire.is_gift_card,
        grams=None if wire.weight is None else unit_grams(f"{path}.weight", wire.weight),
        price=money(
            f"{path}.discountedUnitPriceAfterAllDiscountsSet", wire.discounted_unit_price_after_all_discounts_set
        ),
        attributes=_attributes(wire.custom_attributes),
        group=ref(f"{path}.lineItemGroup", wire.line_item_group),
        variant_id=identity(f"{path}.variant.id", wire.variant.id) if wire.variant else None,
        product_id=identity(f"{path}.product.id", wire.product.id) if wire.product else None,
        hs_code=canonical.text(item.harmonized_system_code) if item else None,
        origin=canonical.text(item.country_code_of_origin) if item else None,
        ordered=count(f"{path}.quantity", wire.quantity),
    )


def _shipping_lines(wires: list[raw.ShippingLine]) -> tuple[ShippingLine, ...]:
    """Those that still stand: an upgrade leaves the old one behind as removed."""
    return tuple(
        ShippingLine(
            title=required_text(wire.title),
            code=canonical.text(wire.code),
            source=canonical.text(wire.source),
            carrier=canonical.text(wire.carrier_identifier),
            price=money(f"shippingLines[{i}].currentDiscountedPriceSet", wire.current_discounted_price_set),
        )
        for i, wire in enumerate(wires)
        if not wire.is_removed
    )


def _refund(path: str, wire: raw.Refund) -> Refund:
    return Refund(
        id=identity(f"{path}.id", wire.id),
        created_at=moment_or_none(f"{path}.createdAt", wire.created_at),
        lines=quantities(f"{path}.refundLineItems", wire.refund_line_items.nodes),
        amount=money(f"{path}.totalRefundedSet", wire.total_refunded_set),
    )


def _transaction(path: str, wire: raw.Transaction) -> Transaction:
    return Transaction(
        id=identity(f"{path}.id", wire.id),
        kind=wire.kind,
        status=wire.status,
        expires_at=moment_or_none(f"{path}.authorizationExpiresAt", wire.authorization_expires_at),
    )


def _dispute(path: str, wire: raw.Dispute) -> Dispute:
    return Dispute(id=identity(f"{path}.id", wire.id), status=wire.status, initiated_as=wire.initiated_as)


def _attributes(wires: list[raw.Attribute]) -> tuple[Attribute, ...]:
    found = (Attribute(required_text(wire.key), canonical.text(wire.value)) for wire in wires)
    return tuple(sorted(found, key=lambda attribute: (attribute.key, attribute.value or "")))
