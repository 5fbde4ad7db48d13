"""The columns of a file of orders, and the names under which shops export them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orders.domain.order_files.errors import FileRefused
from suppliers.readers.folding import folded_name


@dataclass(frozen=True)
class Column:
    """One column. `name` stands in sample files, `french` in French ones; `aliases` are understood too."""

    name: str
    french: str
    meaning: Promise
    aliases: tuple[str, ...] = ()
    required: bool = False

    @property
    def label(self) -> str:
        """Its name in the language of the moment."""
        return self.french if (get_language() or "").startswith("fr") else self.name

    @property
    def others(self) -> tuple[str, ...]:
        """What it may be called besides."""
        return tuple(name for name in self.names if name != self.label)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.french, *self.aliases)


COLUMNS: Sequence[Column] = (
    Column(
        "order",
        "commande",
        _("The shop's number of the order. Lines with the same number are one order."),
        (
            "order number", "order id", "order no", "external id", "numero de commande", "numero commande",
            "n commande", "no commande", "n de commande", "reference commande", "reference de commande",
            "id commande",
        ),
        required=True,
    ),
    Column(
        "placed at",
        "date",
        _("When it was placed: 2026-11-20 09:30, or 20/11/2026 (the day comes first)."),
        (
            "order date", "placed on", "created at", "date created", "date de commande", "date commande",
            "date de la commande", "passee le",
        ),
        required=True,
    ),
    Column(
        "email",
        "e-mail",
        _("The customer's address. It tells us who it is."),
        (
            "customer email", "billing email", "mail", "courriel", "adresse e mail", "adresse email",
            "email client", "e mail client",
        ),
        required=True,
    ),
    Column(
        "sku",
        "référence",
        _("Our SKU of the product."),
        (
            "lineitem sku", "item sku", "product sku", "ref", "reference produit", "reference article",
            "code article", "code produit", "article",
        ),
        required=True,
    ),
    Column(
        "quantity",
        "quantité",
        _("How many, at least 1."),
        ("qty", "lineitem quantity", "item quantity", "qte", "quantite commandee", "nombre"),
        required=True,
    ),
    Column(
        "unit price",
        "prix unitaire",
        _("Price of one, with tax: 69.00 or 69,00."),
        (
            "price", "lineitem price", "item price", "unit price incl tax", "prix", "prix unitaire ttc", "pu",
            "pu ttc", "prix ttc",
        ),
        required=True,
    ),
    Column("product", "produit", _("Its name in the shop."), (
        "product name", "lineitem name", "item name", "designation", "libelle", "nom du produit",
    )),
    Column("line id", "identifiant de ligne", _("The shop's own id of the line."), (
        "lineitem id", "item id", "id ligne", "ligne", "numero de ligne",
    )),
    Column("first name", "prénom", _("The customer's first name."), (
        "customer first name", "billing first name", "prenom client",
    )),
    Column("last name", "nom", _("The customer's last name."), (
        "customer last name", "surname", "billing last name", "nom client", "nom de famille",
    )),
    Column("phone", "téléphone", _("The customer's phone number."), (
        "telephone", "billing phone", "shipping phone", "tel", "portable", "mobile",
    )),
    Column("language", "langue", _("fr or en: the language of our mails. Empty is French."), (
        "customer language", "locale", "langue client",
    )),
    Column("class", "classe", _("The customer’s class, by which sourcing policies may go."), (
        "customer class", "customer group", "classe client", "classe de clients", "groupe client", "groupe de clients",
    )),
    Column("recipient", "destinataire", _("Who receives the parcel. Empty is the customer."), (
        "ship to", "shipping name", "delivery name", "livraison nom", "nom de livraison",
    )),
    Column("company", "société", _("The company at the address."), ("shipping company", "entreprise")),
    Column("street", "adresse", _("Street and number."), (
        "address", "address 1", "shipping street", "shipping address 1", "rue", "adresse 1",
        "adresse de livraison", "adresse livraison",
    )),
    Column("street 2", "complément", _("Second line of the address."), (
        "address 2", "shipping address 2", "adresse 2", "complement d adresse", "complement adresse",
    )),
    Column("postal code", "code postal", _("Postal code."), (
        "postcode", "zip", "zip code", "shipping zip", "shipping postcode", "cp",
    )),
    Column("city", "ville", _("Town."), ("town", "shipping city", "commune", "localite")),
    Column("country", "pays", _("Country of the address: FR, or France. Empty is France."), (
        "country code", "shipping country", "code pays",
    )),
    Column("promised on", "promis le", _("The day promised to the customer."), (
        "promised for", "delivery date", "date promise", "date de livraison", "livraison prevue",
    )),
    Column("shipping", "frais de port", _("Shipping charge of the whole order, with tax."), (
        "shipping cost", "shipping charge", "delivery cost", "port", "frais de livraison",
        "frais d expedition",
    )),
    Column("currency", "devise", _("EUR, USD… Empty is EUR."), ("currency code", "monnaie")),
    Column("note", "remarque", _("What the customer wrote to the shop."), (
        "notes", "comment", "comments", "customer note", "commentaire", "commentaires", "message",
    )),
)  # fmt: skip
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
KNOWN: Mapping[str, str] = {folded_name(name): column.name for column in COLUMNS for name in column.names}
# What each column is called in the problems of an incoming order, where it is called otherwise.
FIELD_OF: Mapping[str, str] = {
    "order": "external_id",
    "placed at": "placed_at",
    "promised on": "promised_on",
    "unit price": "unit_price_cents",
    "shipping": "shipping_cents",
    "product": "name",
    "line id": "line_id",
    "email": "customer.email",
    "first name": "customer.first_name",
    "last name": "customer.last_name",
    "phone": "customer.phone",
    "class": "customer.customer_class",
    "recipient": "ship_to.name",
    "company": "ship_to.company",
    "street": "ship_to.street",
    "street 2": "ship_to.street2",
    "postal code": "ship_to.postal_code",
    "city": "ship_to.city",
    "country": "ship_to.country",
}
COLUMN_OF: Mapping[str, str] = {
    **{field: column for column, field in FIELD_OF.items()},
    "lines": "sku",
    "total": "unit price",
    "ship_to": "street",
}


@dataclass(frozen=True)
class Header:
    """Which cell of a line is which column, as the file names them; `unused` are the names we do not know."""

    places: Mapping[str, int]
    names: Sequence[str]
    unused: tuple[str, ...]

    def name_of(self, field: str) -> str:
        """The file's own name for a field of an order; ours where the file has no such column."""
        column = BY_NAME[COLUMN_OF.get(field, field)]
        place = self.places.get(column.name)
        return column.label if place is None else self.names[place]


def header_of(names: Sequence[str]) -> Header:
    """Our columns among these names. Raises FileRefused when a required one is missing or one stands twice."""
    places: dict[str, int] = {}
    unused: list[str] = []
    for place, name in enumerate(names):
        column = KNOWN.get(folded_name(name))
        if column is None:
            unused += [name] if name else []
        elif column in places:
            raise FileRefused("columns_twice", columns=f"{names[places[column]]}, {name}")
        else:
            places[column] = place
    if missing := [column.label for column in COLUMNS if column.required and column.name not in places]:
        raise FileRefused("columns_missing", columns=", ".join(missing))
    return Header(places, names, tuple(unused))
