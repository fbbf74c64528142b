"""What comes of searches: those that are kept, and needs; a part of placements.urls."""

from django.urls import path

from placements.views import needs, saved_searches, search_links

urlpatterns = [
    path("needs/", needs.everything, name="needs"),
    path("needs/tell/", needs.tell, name="tell-hub"),
    path("needs/<uuid:pk>/take-back/", needs.take_back, name="take-back-need"),
    path("saved-searches/", saved_searches.everything, name="saved-searches"),
    path("saved-searches/save/", saved_searches.save, name="save-search"),
    path("saved-searches/stop/", search_links.stop, name="stop-search"),
    path("saved-searches/stop/<str:token>/", search_links.open_stop, name="stop-search-link"),
    path("saved-searches/renew/", search_links.renew, name="renew-search"),
    path("saved-searches/renew/<str:token>/", search_links.open_renew, name="renew-search-link"),
    path("saved-searches/<uuid:pk>/", saved_searches.change, name="change-saved-search"),
    path("saved-searches/<uuid:pk>/renew/", saved_searches.renew, name="renew-saved-search"),
    path("saved-searches/<uuid:pk>/delete/", saved_searches.delete, name="delete-saved-search"),
]
