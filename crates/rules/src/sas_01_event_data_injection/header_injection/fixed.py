import smtplib
from email.message import EmailMessage


def handler(event, context):
    message = EmailMessage()
    message["Subject"] = event["queryStringParameters"]["subject"]
    message.set_content("Thank you")
    smtplib.SMTP("mail.example").send_message(message)
