"""The words that the world is made of. French, because its merchant is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """One category: what its products are called, which sizes or colours they come in, and what they cost."""

    category: str
    noun: str
    variants: tuple[str, ...]
    price_cents: tuple[int, int]


COLOURS = ("noir mat", "blanc", "vert sauge", "terracotta", "bleu nuit", "lin")
WOODS = ("chêne", "noyer", "frêne clair", "pin teinté noir")
SIZES = ("Ø 25", "Ø 35", "Ø 40", "Ø 55")
RANGES = (
    Range("Suspensions", "Suspension", SIZES, (4900, 18900)),
    Range("Lampes à poser", "Lampe", COLOURS, (2900, 12900)),
    Range("Lampadaires", "Lampadaire", COLOURS, (8900, 24900)),
    Range("Appliques", "Applique", COLOURS, (3500, 9900)),
    Range("Chaises", "Chaise", WOODS, (7900, 19900)),
    Range("Tabourets", "Tabouret", WOODS, (4500, 12900)),
    Range("Fauteuils", "Fauteuil", COLOURS, (18900, 49900)),
    Range("Tables basses", "Table basse", WOODS, (12900, 39900)),
    Range("Étagères", "Étagère", WOODS, (3900, 15900)),
    Range("Miroirs", "Miroir", SIZES, (3900, 14900)),
    Range("Tapis", "Tapis", ("120 × 170 cm", "160 × 230 cm", "200 × 290 cm"), (7900, 34900)),
    Range("Coussins", "Coussin", COLOURS, (1500, 4500)),
    Range("Plaids", "Plaid", COLOURS, (2900, 8900)),
    Range("Rideaux", "Rideau", COLOURS, (2900, 7900)),
    Range("Vases", "Vase", COLOURS, (1900, 6900)),
    Range("Bougies", "Bougie", ("figuier", "cèdre", "fleur d’oranger", "thé blanc"), (1200, 3900)),
    Range("Théières", "Théière", ("0,6 L", "0,9 L", "1,2 L"), (2900, 7900)),
    Range("Tasses", "Lot de 4 tasses", COLOURS, (1900, 4900)),
    Range("Assiettes", "Lot de 6 assiettes", COLOURS, (2900, 8900)),
    Range("Saladiers", "Saladier", SIZES, (1900, 5900)),
    Range("Carafes", "Carafe", ("0,75 L", "1 L", "1,5 L"), (1900, 4900)),
    Range("Paniers", "Panier", ("petit", "moyen", "grand"), (1500, 5900)),
    Range("Cache-pots", "Cache-pot", SIZES, (1200, 4900)),
    Range("Chaises de jardin", "Chaise de jardin", COLOURS, (5900, 14900)),
    Range("Parasols", "Parasol", ("Ø 200", "Ø 250", "Ø 300"), (6900, 22900)),
)
MODELS = (
    "Galet", "Dune", "Arc", "Brume", "Alba", "Pli", "Trio", "Lune", "Rive", "Ondine", "Cabane", "Tilleul",
    "Sillage", "Corail", "Mistral", "Nacre", "Osier", "Phare", "Rosée", "Tissage", "Vallon", "Écume",
    "Jonc", "Hameau", "Givre", "Flânerie", "Bosquet", "Estran",
)  # fmt: skip
BRANDS = ("Maison Exemple", "Atelier Modèle", "Rivage", "Nordique", "Comptoir", "Usine Essai")
FIRST_NAMES = (
    "Jean", "Sofia", "Hugo", "Tom", "Zoé", "Lucie", "Marc", "Nora", "Paul", "Inès", "Adam", "Rose", "Louis",
    "Jade", "Karim", "Claire", "Yann", "Manon", "Victor", "Aïcha", "Simon", "Élise", "Oscar", "Lina",
)  # fmt: skip
LAST_NAMES = ("Démo", "Témoin", "Modèle", "Exemple", "Spécimen", "Essai", "Fictif", "Échantillon")
ENGLISH_NAMES = (("Emma", "Sample"), ("Oliver", "Specimen"), ("Grace", "Example"), ("Henry", "Demo"))
TOWNS = (
    ("59000", "Lille"), ("75011", "Paris"), ("69003", "Lyon"), ("33000", "Bordeaux"), ("44000", "Nantes"),
    ("31000", "Toulouse"), ("13006", "Marseille"), ("67000", "Strasbourg"), ("35000", "Rennes"),
)  # fmt: skip
