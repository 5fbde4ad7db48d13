"""Addresses of the orders context."""

from django.urls import URLPattern, path

from orders.views import answer, choice, stockout_acts, stockout_list, stockouts

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("c/<str:token>/", choice.choice, name="choice"),
    path("c/<str:token>/refund/", choice.refund, name="choice_refund"),
    path("stockouts/", stockouts.stockouts, name="stockouts"),
    path("stockouts/all/", stockout_list.stockout_list, name="stockout_list"),
    path("stockouts/refunds/", stockout_list.refunds, name="refunds"),
    path("stockouts/refunds/<int:pk>/", stockout_list.refund_done, name="refund_done"),
    path("stockouts/<str:number>/", stockouts.stockout, name="stockout"),
    path("stockouts/<str:number>/options/", stockouts.options, name="stockout_options"),
    path("stockouts/<str:number>/letter/", stockouts.letter, name="stockout_letter"),
    path("stockouts/<str:number>/presence/", stockouts.presence, name="stockout_presence"),
    path("stockouts/<str:number>/send/", stockouts.send, name="stockout_send"),
    path("stockouts/<str:number>/undo/<int:version>/", stockout_acts.undo, name="stockout_undo"),
    path("stockouts/<str:number>/take/", stockout_acts.take, name="stockout_take"),
    path("stockouts/<str:number>/choice/", stockout_acts.spoken_choice, name="stockout_choice"),
    path("stockouts/<str:number>/execute/", stockout_acts.carry_out, name="stockout_execute"),
    path("stockouts/<str:number>/restore/", stockout_acts.restore, name="stockout_restore"),
    path("p/<str:token>/", answer.answer, name="answer"),
]
