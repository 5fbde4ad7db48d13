"""Pages that exist in the demonstration only."""

from django.urls import path

from stocke.demo import shopfront, stockroom, views

app_name = "demo"
urlpatterns = [
    path("shop/", shopfront.shop, name="shop"),
    path("pictures/<path:sku>.svg", shopfront.picture, name="picture"),
    path("stockrooms/<slug:code>/", stockroom.stockroom, name="stockroom"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:number>/", views.mail, name="mail"),
    path("mailbox/<int:number>/html/", views.mail_frame, name="mail_frame"),
]
