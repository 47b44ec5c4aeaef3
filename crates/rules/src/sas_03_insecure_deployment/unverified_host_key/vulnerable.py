import paramiko


def handler(event, context):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: SAS-3.30 `paramiko.AutoAddPolicy` trusts any server: whoever stands between is taken for it, and reads what is sent
