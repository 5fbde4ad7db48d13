"""Addresses of the suppliers context. Product pages are here too: they show what suppliers say."""

from django.urls import path

from suppliers import feed_urls
from suppliers.views import (
    backup_list,
    batches,
    level_policy,
    matching,
    past,
    product_edit,
    products,
    retention,
    suppliers,
)

app_name = "suppliers"
urlpatterns = [
    path("products/", products.product_list, name="product_list"),
    path("products/new/", product_edit.product_new, name="product_new"),
    path("products/<int:pk>/", products.product_page, name="product"),
    path("products/<int:pk>/then/", past.product_then, name="product_then"),
    path("products/<int:pk>/edit/", product_edit.product_edit, name="product_edit"),
    path("products/<int:pk>/backup-list/", backup_list.offers_reorder, name="offers_reorder"),
    path("products/<int:pk>/backup-list/<str:order>/", backup_list.offers_reorder, name="offers_reorder_to"),
    path("products/<int:pk>/substitutes/new/", product_edit.substitute_add, name="substitute_add"),
    path("substitutes/<int:pk>/remove/", product_edit.substitute_remove, name="substitute_remove"),
    path("substitutes/<int:pk>/rank/<int:rank>/", product_edit.substitute_move, name="substitute_move"),
    path("offers/<int:pk>/rank/<int:rank>/", backup_list.offer_move, name="offer_move"),
    path("offers/<int:pk>/switch/<str:state>/", backup_list.offer_switch, name="offer_switch"),
    path("offers/<int:pk>/then/", past.offer_then, name="offer_then"),
    path("offers/<int:pk>/detach/", backup_list.offer_detach, name="offer_detach"),
    path("offers/unmatched/", matching.unmatched_list, name="unmatched_list"),
    path("offers/unmatched/match/", matching.offers_match_again, name="offers_match_again"),
    path("offers/unmatched/products/", matching.offers_to_products, name="offers_to_products"),
    path("offers/batches/<int:pk>/take-back/", batches.batch_take_back, name="batch_take_back"),
    path("offers/<int:pk>/match/", matching.match, name="match"),
    path("offers/<int:pk>/match/<int:product>/", matching.match_to, name="match_to"),
    path("suppliers/", suppliers.supplier_list, name="supplier_list"),
    path("suppliers/new/", suppliers.supplier_new, name="supplier_new"),
    path("suppliers/<int:pk>/", suppliers.supplier_page, name="supplier"),
    path("suppliers/<int:pk>/edit/", suppliers.supplier_edit, name="supplier_edit"),
    path("settings/prudence/", level_policy.level_policy, name="level_policy"),
    path("settings/kept/", retention.kept, name="kept"),
    path("settings/prudence/save/", level_policy.level_policy_save, name="level_policy_save"),
    *feed_urls.urlpatterns,
]
