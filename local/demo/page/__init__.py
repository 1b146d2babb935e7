"""The demo's page: the campaign, a phone, the dashboard's widget, and buttons that try to make it send twice."""
