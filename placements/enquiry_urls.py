"""The pages of shortlists and enquiries; a part of placements.urls."""

from django.urls import path

from placements.views import enquiries, enquiry_answers, shortlists

urlpatterns = [
    path("shortlist/", shortlists.compare, name="shortlist"),
    path("shortlist/add/<uuid:pk>/", shortlists.add, name="add-to-shortlist"),
    path("shortlist/remove/<uuid:pk>/", shortlists.remove, name="remove-from-shortlist"),
    path("enquiries/", enquiries.everything, name="enquiries"),
    path("enquiries/new/", enquiries.ask, name="enquire"),
    path("enquiries/answered/", enquiry_answers.answered, name="answered-enquiry"),
    path("enquiries/asked/<uuid:pk>/", enquiry_answers.answer, name="answer-enquiry"),
    path("enquiries/answer/<str:token>/", enquiry_answers.by_link, name="answer-enquiry-by-link"),
    path("enquiries/<uuid:pk>/", enquiries.one, name="enquiry"),
    path("enquiries/<uuid:pk>/close/", enquiries.close, name="close-enquiry"),
]
