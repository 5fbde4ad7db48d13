"""The pages of the outbox and of the templates."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.domain.letter_kinds import words_of
from stocke.core.models import HistoryEntry, MailTemplate, Message, User
from stocke.core.models.user import Role
from tests.core.listpage_checks import assert_same_queries
from tests.factories.messages import MessageFactory

NEEDED = "{cause_sentence} {choice_link} {silence_sentence}"
pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Client:
    user = User.objects.create_user(
        "a@demo.example", first_name="Léa", role=Role.CUSTOMER_SERVICE, language="en"
    )
    client.force_login(user)
    return client


@pytest.fixture
def operator(client: Client) -> Client:
    user = User.objects.create_user("o@demo.example", first_name="Sam", role=Role.OPERATIONS, language="en")
    client.force_login(user)
    return client


def act(client: Client, message: Message, name: str) -> Message:
    answer = client.post(reverse("core:message_act", args=[message.pk, name]))
    assert answer.status_code == 303
    message.refresh_from_db()
    return message


def test_the_list_offers_what_needs_a_person(agent: Client) -> None:
    MessageFactory(subject="Held one", status="draft", error="missing: new_date")
    MessageFactory(subject="Unsure one", status="unsure")
    MessageFactory(subject="Sent one", status="sent")

    page = agent.get(reverse("core:messages"), {"state": "stuck"}).content.decode()

    assert "Held one" in page
    assert "Unsure one" in page
    assert "Sent one" not in page


def test_the_list_finds_by_person(agent: Client) -> None:
    MessageFactory(recipient_name="Zoé Spécimen", subject="To Zoé")
    MessageFactory(subject="To another")

    page = agent.get(reverse("core:messages"), {"q": "SPÉCIMEN"}).content.decode()

    assert "To Zoé" in page
    assert "To another" not in page


def test_the_mail_is_shown_in_a_frame_that_runs_nothing(agent: Client) -> None:
    message = MessageFactory(html="<p>Hello</p><script>alert(1)</script>")

    answer = agent.get(reverse("core:message_body", args=[message.pk]))

    policy = answer["Content-Security-Policy"]
    assert answer.content.decode() == message.html
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_draft_is_sent_and_taken_back(agent: Client) -> None:
    message = MessageFactory(status="draft")

    assert act(agent, message, "send").status == "approved"
    assert act(agent, message, "take-back").status == "draft"


def test_an_unsure_mail_is_decided_by_a_person(agent: Client) -> None:
    arrived, lost = MessageFactory(status="unsure"), MessageFactory(status="unsure")

    assert act(agent, arrived, "arrived").status == "sent"
    assert act(agent, lost, "again").status == "approved"


def test_an_act_that_comes_too_late_says_so_and_changes_nothing(agent: Client) -> None:
    message = MessageFactory(status="sent")

    act(agent, message, "cancel")

    page = agent.get(reverse("core:message", args=[message.pk])).content.decode()
    assert message.status == "sent"
    assert "Too late: this mail is “Sent”. Nothing was changed." in page


def test_a_held_mail_is_completed_on_its_page(agent: Client) -> None:
    message = MessageFactory(
        status="draft",
        subject="Late",
        text="New date: {new_date}",
        error="missing: new_date",
        facts={},
        html="",
    )
    url = reverse("core:message_complete", args=[message.pk])

    refused = agent.post(url, {"new_date": ""})
    agent.post(url, {"new_date": "Friday"})

    message.refresh_from_db()
    assert refused.status_code == 422
    assert (message.text, message.error) == ("New date: Friday", "")


def test_a_mail_that_came_back_goes_to_a_corrected_address(agent: Client) -> None:
    message = MessageFactory(status="bounced", error="550 no such user")
    url = reverse("core:message_retry", args=[message.pk])

    refused = agent.post(url, {"recipient": "nobody"})
    agent.post(url, {"recipient": "right@client.example"})

    message.refresh_from_db()
    assert refused.status_code == 422
    assert (message.status, message.recipient) == ("approved", "right@client.example")


def test_a_template_is_edited_previewed_and_reset(operator: Client) -> None:
    address = ["delay_first", "en"]
    words = {"subject": "Late {order.number}", "body": f"Hello {{customer.first_name}},\n\n{NEEDED}"}

    shown = operator.post(
        reverse("core:mail_template_preview", args=address), words, headers={"HX-Request": "true"}
    )
    assert not MailTemplate.objects.exists()
    operator.post(reverse("core:mail_template_save", args=address), words)
    saved = words_of("delay_first", "en")
    operator.post(reverse("core:mail_template_reset", args=address))

    assert "10482" in shown.content.decode()
    assert "<html" not in shown.content.decode()
    assert saved.subject == "Late {order.number}"
    assert not MailTemplate.objects.exists()


def test_a_template_with_an_unknown_fact_is_refused_and_kept_on_screen(operator: Client) -> None:
    words = {"subject": "Late", "body": "{ordernumber} is late"}

    answer = operator.post(reverse("core:mail_template_save", args=["delay_first", "en"]), words)

    assert answer.status_code == 422
    said = html.unescape(answer.content.decode())
    assert "Line 1, “{ordernumber} is late”: no such fact: {ordernumber}." in said
    assert (
        "The text must say {choice_link} (link to the choice) somewhere. In our words it stands in line"
        in said
    )
    assert "{ordernumber} is late" in answer.content.decode()
    assert not MailTemplate.objects.exists()


def test_the_preview_can_speak_of_a_real_order(operator: Client) -> None:
    real = MessageFactory(kind="delay_first", facts={"order.number": "77001", "customer.first_name": "Nora"})
    url = reverse("core:mail_template", args=["delay_first", "en"])

    page = operator.get(url, {"facts": f"message:{real.pk}"}).content.decode()

    assert "77001" in page


def test_the_mail_of_unsaved_words_names_the_gaps(operator: Client) -> None:
    MessageFactory(kind="delay_first", facts={"order.number": "77001"})
    url = reverse("core:mail_template_as_mail", args=["delay_first", "en"])

    mail = operator.post(url, {"subject": "Late", "body": "{order.number} {ordernumber}", "facts": ""})

    assert "10482 [ordernumber]" in mail.content.decode()
    assert "sandbox" in mail["Content-Security-Policy"]


def test_a_template_is_sent_to_its_author_with_links_that_lead_nowhere(operator: Client) -> None:
    real = MessageFactory(
        kind="delay_first",
        facts={
            "order.number": "77001",
            "choice_link": "https://shop.example/c/real",
            "cause_sentence": "Why.",
        },
    )
    words = {"subject": "Late {order.number}", "body": NEEDED, "facts": f"message:{real.pk}", "key": "1"}
    url = reverse("core:mail_template_test", args=["delay_first", "en"])

    answers = [operator.post(url, words).status_code for _twice in range(2)]

    sent = Message.objects.get(kind="template_test")
    assert answers == [200, 200]
    assert (sent.subject, sent.status) == ("[Test] Late 77001", "approved")
    assert sent.recipient == "o@demo.example"
    assert "real" not in sent.text + sent.html
    assert "Why." in sent.text
    assert not MailTemplate.objects.exists()


def test_versions_stand_beside_the_editor_and_one_is_used_again(operator: Client) -> None:
    address = ["delay_first", "en"]
    for word in ("One", "Two"):
        words = {"subject": word, "body": NEEDED}
        operator.post(reverse("core:mail_template_save", args=address), words)
    page = operator.get(reverse("core:mail_template", args=address)).content.decode()
    first = HistoryEntry.objects.filter(kind="template.edited").earliest("pk")
    url = reverse("core:mail_template_version", args=[*address, first.pk])

    assert url in page
    operator.post(url)

    assert words_of("delay_first", "en").subject == "One"
    assert operator.post(reverse("core:mail_template_version", args=[*address, 999_999])).status_code == 404


def test_a_number_that_nobody_knows_is_said_and_the_invented_order_is_shown(operator: Client) -> None:
    url = reverse("core:mail_template", args=["delay_first", "en"])

    page = operator.get(url, {"number": "NOBODY-1"}).content.decode()

    assert "No case has this number" in page
    assert "10482" in page


def test_an_agent_may_read_templates_and_not_change_them(agent: Client) -> None:
    address = ["delay_first", "en"]

    assert agent.get(reverse("core:mail_template", args=address)).status_code == 200
    assert agent.post(reverse("core:mail_template_save", args=address)).status_code == 403


def test_the_list_of_messages_costs_the_same_for_three_as_for_one(agent: Client) -> None:
    assert_same_queries(agent, reverse("core:messages"), MessageFactory)
