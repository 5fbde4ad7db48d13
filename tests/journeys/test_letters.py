"""Letters in a real browser: the preview follows the pen, and the mail in its frame runs nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from stocke.core.domain.letter_kinds import words_of
from stocke.core.models import User
from stocke.core.models.user import Role
from tests.factories.messages import MessageFactory
from tests.journeys.house import told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def operator(sign_in: Callable[[User], None]) -> User:
    user = User.objects.create_user("o@demo.example", first_name="Sam", role=Role.OPERATIONS, language="en")
    sign_in(user)
    return user


def test_the_preview_follows_what_is_typed_and_saving_is_taken_back(
    page: Page, operator: User, axe: Callable[[Page], None]
) -> None:
    page.goto("/templates/delay_first/en/")
    axe(page)
    preview = page.locator("#preview")
    body = "Order {order.number} is late. {cause_sentence} {choice_link} {silence_sentence}"

    page.get_by_label("Text").fill("Hello {customer.first_name},\n\nOrder {order.number} is late. {ordr}")

    expect(preview).to_contain_text("Hello Camille,")
    expect(preview).to_contain_text("Nobody records this fact: ordr.")
    page.get_by_label("Text").fill(body)
    expect(preview).to_contain_text("Order 10482 is late.")
    page.get_by_role("button", name="Save the template").click()
    expect(page.get_by_text("Your words")).to_be_visible()
    assert words_of("delay_first", "en").body == body
    page.locator("#undo").get_by_role("button").first.click()
    expect(told(page, "Former words in use again")).to_be_visible()
    assert words_of("delay_first", "en").body.startswith("Hello {customer.first_name},")


def test_a_mail_in_its_frame_runs_no_script(
    context: BrowserContext, operator: User, axe: Callable[[Page], None]
) -> None:
    page = context.new_page()
    message = MessageFactory(
        status="unsure",
        html="<p>Hello Camille</p><script>document.body.textContent = 'taken over'</script>",
    )

    with page.expect_console_message(lambda said: "Blocked script execution" in said.text):
        page.goto(f"/messages/{message.pk}/")

    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Hello Camille")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="It arrived").click()
    expect(told(page, "Mail marked as sent")).to_be_visible()
    message.refresh_from_db()
    assert message.status == "sent"
