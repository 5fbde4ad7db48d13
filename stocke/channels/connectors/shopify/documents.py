"""Everything that we ask of Shopify's Admin API, word for word. Each validates against its schema; what the schema does
not say (a key against repeating, a quantity to compare with) is demanded at run time and is in here all the same."""

from types import MappingProxyType

PROBE = """
query Probe {
  shop { name currencyCode }
  currentAppInstallation { accessScopes { handle } }
  locations(first: 50) { nodes { id isActive fulfillsOnlineOrders } }
}
"""
ORDER_FIELDS = """
fragment OrderFields on Order {
  id legacyResourceId name createdAt updatedAt processedAt cancelledAt
  displayFinancialStatus displayFulfillmentStatus taxesIncluded currencyCode
  email phone customerLocale note
  totalShippingPriceSet { shopMoney { amount } }
  billingAddress { firstName lastName countryCodeV2 phone }
  shippingAddress { name company address1 address2 zip city countryCodeV2 phone firstName lastName }
  lineItems(first: 50) {
    nodes {
      id sku name currentQuantity quantity
      variant { legacyResourceId }
      discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount } }
      taxLines { priceSet { shopMoney { amount } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
ORDERS = (
    """
query Orders($query: String!, $after: String) {
  orders(first: 10, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...OrderFields }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + ORDER_FIELDS
)
ORDERS_NAMED = "query OrdersNamed($ids: [ID!]!) { nodes(ids: $ids) { ...OrderFields } }" + ORDER_FIELDS
MORE_LINES = """
query MoreLines($id: ID!, $after: String!) {
  order(id: $id) {
    lineItems(first: 100, after: $after) {
      nodes {
        id sku name currentQuantity quantity
        variant { legacyResourceId }
        discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount } }
        taxLines { priceSet { shopMoney { amount } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
# Apart from the orders: whoever may not read customers still reads orders.
TAGS = "query Tags($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { customer { tags } } } }"
LISTINGS = """
query Listings($after: String) {
  productVariants(first: 100, after: $after) {
    nodes {
      legacyResourceId sku barcode displayName inventoryPolicy inventoryQuantity
      inventoryItem { id tracked }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
QUANTITIES = """
query Quantities($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
    }
  }
}
"""
TELL = """
mutation Tell($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { field message code }
  }
}
"""
TRACK = """
mutation Track($id: ID!) {
  inventoryItemUpdate(id: $id, input: {tracked: true}) { userErrors { field message } }
}
"""
HOOKS = """
query Hooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""
MAKE_HOOK = """
mutation MakeHook($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, format: JSON}) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""
TO_FULFIL = """
query ToFulfil($id: ID!) {
  order(id: $id) {
    cancelledAt
    fulfillments(first: 50) { id trackingInfo { number } }
    fulfillmentOrders(first: 20) {
      nodes {
        id status
        lineItems(first: 100) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
  }
}
"""
FULFIL = """
mutation Fulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}
"""
REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}
"""
REFUNDS = "query Refunds($id: ID!) { order(id: $id) { refunds(first: 50) { id note } } }"
CANCEL = """
mutation Cancel($orderId: ID!) {
  orderCancel(orderId: $orderId, reason: OTHER, restock: true, notifyCustomer: false,
              refundMethod: {originalPaymentMethodsRefund: false}) {
    job { id }
    orderCancelUserErrors { field message code }
  }
}
"""
ALL = MappingProxyType(
    {
        "probe": PROBE,
        "orders": ORDERS,
        "orders_named": ORDERS_NAMED,
        "more_lines": MORE_LINES,
        "tags": TAGS,
        "listings": LISTINGS,
        "quantities": QUANTITIES,
        "tell": TELL,
        "track": TRACK,
        "hooks": HOOKS,
        "make_hook": MAKE_HOOK,
        "to_fulfil": TO_FULFIL,
        "fulfil": FULFIL,
        "refund": REFUND,
        "refunds": REFUNDS,
        "cancel": CANCEL,
    }
)
