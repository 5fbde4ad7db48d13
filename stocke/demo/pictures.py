"""Pictures of goods that nobody makes: a shape for each category, in the colour of the variant."""

from stocke.demo.world.catalogue import hash_of
from stocke.products.models import Product

COLOURS = {
    "noir mat": "#2b2b2e",
    "blanc": "#fbfaf7",
    "vert sauge": "#9caf94",
    "terracotta": "#c4694a",
    "bleu nuit": "#27335c",
    "lin": "#d8cab0",
    "chêne": "#c69a63",
    "noyer": "#7a5236",
    "frêne clair": "#e0c9a0",
    "pin teinté noir": "#3a3531",
}
# For what comes in sizes, lengths or scents: one colour for each model.
OTHERS = ("#b8a48a", "#7d8f92", "#b5806a", "#8a9a78", "#6d7690", "#c2a25e")
GROUND, LINE = "#efebe4", "#4a443d"
FLEX = '<path d="M60 0v26"/>'
LEGS = '<path d="M38 70l-6 36M82 70l6 36M46 70l-2 30M74 70l2 30"/>'
SHAPES = {
    "Suspensions": f'{FLEX}<path class="c" d="M24 66a36 36 0 0 1 72 0z"/><circle cx="60" cy="70" r="6"/>',
    "Lampes à poser": '<path class="c" d="M42 22h36l12 34H30z"/><path d="M60 56v38M42 98h36"/>',
    "Lampadaires": '<path class="c" d="M44 12h32l10 24H34z"/><path d="M60 36v68M42 106h36"/>',
    "Appliques": '<path d="M30 30v60"/><path d="M30 60h18"/><path class="c" d="M48 38h44l-10 44H58z"/>',
    "Chaises": f'<path class="c" d="M38 18h8v44h36v10H38z"/>{LEGS}',
    "Tabourets": f'<rect class="c" x="30" y="58" width="60" height="13" rx="6"/>{LEGS}',
    "Fauteuils": (
        '<path class="c" d="M34 34q26-16 52 0v30h10v26H24V64h10z"/><path d="M34 64h52M30 90v14M90 90v14"/>'
    ),
    "Tables basses": (
        '<rect class="c" x="16" y="52" width="88" height="11" rx="3"/><path d="M28 63l-5 36M92 63l5 36"/>'
    ),
    "Étagères": (
        '<path class="c" d="M24 30h72v9H24zM24 60h72v9H24zM24 90h72v9H24z"/><path d="M30 20v86M90 20v86"/>'
    ),
    "Miroirs": (
        '<circle class="c" cx="60" cy="60" r="40"/><circle class="g" cx="60" cy="60" r="32"/>'
        '<path d="M46 66l20-22M58 74l18-20"/>'
    ),
    "Tapis": (
        '<rect class="c" x="18" y="32" width="84" height="56"/>'
        '<path d="M28 42h64v36H28zM18 32l-6 4M18 60h-7M18 88l-6-4M102 32l6 4M102 60h7M102 88l6-4"/>'
    ),
    "Coussins": '<path class="c" d="M26 26q34 12 68 0-12 34 0 68-34-12-68 0 12-34 0-68z"/>',
    "Plaids": (
        '<path class="c" d="M28 24h64v62H28z"/>'
        '<path d="M28 44h64M28 64h64M34 86v10M46 86v10M58 86v10M70 86v10M82 86v10"/>'
    ),
    "Rideaux": '<path d="M14 22h92"/><path class="c" d="M24 24h30q-2 42-16 78H24zM96 24H66q2 42 16 78h14z"/>',
    "Vases": '<path class="c" d="M48 26h24q-4 14 8 28 14 22-4 48H44q-18-26-4-48 12-14 8-28z"/>',
    "Bougies": (
        '<path d="M60 18q8 12 0 18-8-6 0-18zM60 36v8"/>'
        '<rect class="c" x="38" y="44" width="44" height="56" rx="5"/>'
    ),
    "Théières": (
        '<path class="c" d="M34 52h48q10 24-8 44H42q-18-20-8-44z"/>'
        '<path d="M82 58q22-4 18 16-4 12-20 12M36 60L16 50M46 52q12-14 24 0M58 40v-6"/>'
    ),
    "Tasses": (
        '<path class="c" d="M30 44h48v28q0 22-24 22T30 72z"/>'
        '<path d="M78 52q20-2 18 12-2 12-20 10M28 100h54"/>'
    ),
    "Assiettes": (
        '<ellipse class="c" cx="60" cy="64" rx="46" ry="28"/><ellipse cx="60" cy="64" rx="28" ry="16"/>'
    ),
    "Saladiers": '<path class="c" d="M16 50h88q-4 42-44 42T16 50z"/><path d="M44 94h32"/>',
    "Carafes": (
        '<path class="c" d="M50 20h20v24q18 14 16 40-2 18-26 18T34 84q-2-26 16-40z"/><path d="M40 72h40"/>'
    ),
    "Paniers": '<path class="c" d="M24 54h72l-10 46H34z"/><path d="M36 54q24-50 48 0M30 70h60M33 85h54"/>',
    "Cache-pots": (
        '<path class="c" d="M34 62h52l-8 40H42z"/>'
        '<path d="M60 62V36M60 48q-20 0-22-20 22 0 22 20M60 44q20-2 22-22-22 2-22 22"/>'
    ),
    "Chaises de jardin": (
        f'<path class="c" d="M36 20h48v40H36z"/><path d="M48 20v40M60 20v40M72 20v40M34 66h52"/>{LEGS}'
    ),
    "Parasols": (
        '<path class="c" d="M12 54q10-36 48-36t48 36q-12-8-24 0-12-8-24 0-12-8-24 0-12-8-24 0z"/>'
        '<path d="M60 54v48M42 104h36"/>'
    ),
}
OTHER = '<rect class="c" x="30" y="34" width="60" height="60" rx="6"/>'


def picture_of(product: Product) -> str:
    """Its picture as SVG: the same for the same product."""
    model, variant = product.attributes.get("modèle", ""), product.attributes.get("variante", "")
    colour = COLOURS.get(variant) or OTHERS[hash_of(model) % len(OTHERS)]
    shape = SHAPES.get(product.category.name if product.category else "", OTHER)
    style = f".c{{fill:{colour}}}.g{{fill:{GROUND}}}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="240" height="240">'
        f'<style>{style}</style><rect width="120" height="120" fill="{GROUND}"/>'
        f'<g fill="none" stroke="{LINE}" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round">'
        f"{shape}</g></svg>"
    )
