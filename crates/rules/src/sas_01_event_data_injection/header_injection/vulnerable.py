import smtplib


def handler(event, context):
    subject = event["queryStringParameters"]["subject"]
    smtp = smtplib.SMTP("mail.example")
    smtp.sendmail("shop@example.com", "team@example.com", "Subject: An order\n\nThank you")
    smtp.sendmail("shop@example.com", "team@example.com", f"Subject: {subject}\n\nThank you")  # expect: SAS-1.23 `event["queryStringParameters"]["subject"]` reaches `smtplib.SMTP.sendmail` as a header: line breaks in it add headers of the sender's choice
