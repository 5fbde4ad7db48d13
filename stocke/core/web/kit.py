"""What the kit page shows: every part of the house once, on invented values. In French: only developers see it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from stocke.core.models import HistoryEntry
from stocke.core.models.history import ActorKind
from stocke.core.web.drawings import ICONS
from stocke.core.web.status import KINDS, Status
from stocke.core.web.timeline import build_timeline
from stocke.core.web.undo import UndoOffer


class KitForm(forms.Form):
    """A form with one of each, for looking at errors."""

    delay = forms.IntegerField(
        label="Délai du fournisseur",
        help_text="En jours ouvrés, préparation comprise",
        widget=forms.NumberInput(attrs={"data-unit": "jours", "data-width": "short"}),
    )
    name = forms.CharField(label="Nom", max_length=80)
    kind = forms.ChoiceField(label="Genre", choices=[("a", "À vérifier"), ("b", "Retenu")])
    letter = forms.CharField(label="Lettre", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    density = forms.ChoiceField(
        label="Densité", choices=[("a", "Compacte"), ("b", "Aérée")], widget=forms.RadioSelect
    )
    alone = forms.BooleanField(label="Confirmer seul", required=False)
    sample = forms.FileField(label="Fichier", required=False)


def invented_history() -> list[HistoryEntry]:
    kinds = ["user.invited", "user.role_changed", "user.deactivated", "user.password_reset"]
    return [
        HistoryEntry(
            pk=index,
            kind=kind,
            at=timezone.now() - timedelta(hours=index * 7),
            actor_kind=ActorKind.PERSON,
            actor_label="Léa Démo",
            before={"role": "viewer"},
            after={"role": "operations"},
            why="" if index else "Remplace Samir jusqu’à lundi",
        )
        for index, kind in enumerate(kinds)
    ]


def kit_context(request: HttpRequest) -> dict[str, Any]:
    """The values of the kit page. Messages are left for the page to draw."""
    now = timezone.now()
    messages.success(request, "Préférences enregistrées")
    messages.error(request, "C’est votre propre compte. Rien n’a changé.")
    return {
        "statuses": [(kind, Status(kind)) for kind in KINDS],
        "icons": sorted(ICONS),
        "fine": KitForm(),
        "wrong": KitForm({"delay": "trois", "kind": "a", "density": "a"}, auto_id="wrong_%s"),
        "timeline": build_timeline(invented_history()),
        "undo": UndoOffer("Commande 10508 confirmée", "#", str(now + timedelta(seconds=25))),
        "now": now,
        "late": now - timedelta(hours=1, minutes=12),
        "soon": now + timedelta(minutes=48),
        "later": now + timedelta(days=3),
        "old": now - timedelta(hours=26),
    }
