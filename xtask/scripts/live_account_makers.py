"""Makes resources of templates in a moto server by the calls that CloudFormation would make."""

import io
import json
import re
import zipfile

import boto3
from botocore.config import Config

REGION, ACCOUNT, STACK = "eu-west-1", "111122223333", "stack"
ENDPOINT = "http://127.0.0.1:5077"


def client(name):
    return boto3.client(
        name, endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
    )


CLIENTS = {}


def aws(name):
    if name not in CLIENTS:
        CLIENTS[name] = client(name)
    return CLIENTS[name]


def pick(properties, *names, **renamed):
    out = {name: properties[name] for name in names if name in properties}
    out.update({to: properties[name] for to, name in renamed.items() if name in properties})
    return out


def text(document):
    if isinstance(document, dict) and "Statement" in document:
        # Moto wants the version that IAM lets out.
        document = {"Version": "2012-10-17", **document}
    return document if isinstance(document, str) else json.dumps(document)


def lower(node):
    if isinstance(node, dict):
        return {key[:1].lower() + key[1:]: lower(inner) for key, inner in node.items()}
    return [lower(it) for it in node] if isinstance(node, list) else node


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("index.py", "def handler(event, context): pass\n")
    return out.getvalue()


def role(name, p, _):
    name = p.get("RoleName", name)
    iam = aws("iam")
    more = pick(p, "Path", "PermissionsBoundary")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=text(p["AssumeRolePolicyDocument"]), **more)["Role"]["Arn"]
    for policy in p.get("Policies", []):
        iam.put_role_policy(RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=text(policy["PolicyDocument"]))
    for managed in p.get("ManagedPolicyArns", []):
        ensure_policy(managed)
        iam.attach_role_policy(RoleName=name, PolicyArn=managed)
    return name, {"Arn": arn, "RoleId": "AROA"}


def ensure_policy(arn):
    """A policy of the account that the template only names."""
    if f"::{ACCOUNT}:policy/" in arn:
        known = [it["Arn"] for it in aws("iam").list_policies(Scope="Local", MaxItems=1000)["Policies"]]
        if arn not in known:
            nothing = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}
            aws("iam").create_policy(PolicyName=arn.split("/")[-1], PolicyDocument=json.dumps(nothing))


def user(name, p, _):
    name = p.get("UserName", name)
    arn = aws("iam").create_user(UserName=name)["User"]["Arn"]
    for one in p.get("Policies", []):
        aws("iam").put_user_policy(UserName=name, PolicyName=one["PolicyName"], PolicyDocument=text(one["PolicyDocument"]))
    for managed in p.get("ManagedPolicyArns", []):
        aws("iam").attach_user_policy(UserName=name, PolicyArn=managed)
    return name, {"Arn": arn}


def access_key(name, p, _):
    made = aws("iam").create_access_key(UserName=p["UserName"])["AccessKey"]
    return made["AccessKeyId"], {"SecretAccessKey": made["SecretAccessKey"]}


def policy(name, p, _):
    for one in p.get("Roles", []):
        aws("iam").put_role_policy(RoleName=one, PolicyName=p["PolicyName"], PolicyDocument=text(p["PolicyDocument"]))
    return name, {}


def managed_policy(name, p, _):
    name = p.get("ManagedPolicyName", name)
    arn = aws("iam").create_policy(PolicyName=name, PolicyDocument=text(p["PolicyDocument"]))["Policy"]["Arn"]
    for one in p.get("Roles", []):
        aws("iam").attach_role_policy(RoleName=one, PolicyArn=arn)
    return arn, {}


def ensure_role(arn):
    """A role that the template names and does not make is one of the account."""
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    try:
        aws("iam").create_role(RoleName=arn.split("/")[-1], AssumeRolePolicyDocument=json.dumps(trust))
    except aws("iam").exceptions.EntityAlreadyExistsException:
        pass


def function(name, p, _):
    name = p.get("FunctionName", name)
    role_arn = p.get("Role")
    if not str(role_arn).startswith("arn:"):
        role_arn = f"arn:aws:iam::{ACCOUNT}:role/{role_arn or 'none'}"
    ensure_role(role_arn)
    more = pick(p, "Timeout", "MemorySize", "Environment", "VpcConfig", "TracingConfig", "DeadLetterConfig",
                "EphemeralStorage", "FileSystemConfigs", "LoggingConfig", "SnapStart", "CodeSigningConfigArn",
                "Architectures", KMSKeyArn="KmsKeyArn")
    more.pop("FileSystemConfigs", None)
    code, image = {"ZipFile": archive()}, p.get("Code") if isinstance(p.get("Code"), dict) else {}
    if p.get("PackageType") == "Image" or "ImageUri" in image:
        more["PackageType"] = "Image"
        code = {"ImageUri": image.get("ImageUri", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/x:1")}
    else:
        more.update(Runtime=p.get("Runtime", "python3.14"), Handler=p.get("Handler", "index.handler"))
    made = aws("lambda").create_function(
        FunctionName=name, Role=role_arn, Code=code, **more,
        Tags={"aws:cloudformation:stack-name": STACK, "aws:cloudformation:logical-id": name},
    )
    if "ReservedConcurrentExecutions" in p:
        aws("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(p["ReservedConcurrentExecutions"]))
    return name, {"Arn": made["FunctionArn"]}


def permission(name, p, _):
    more = pick(p, "SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID", "FunctionUrlAuthType", "InvokedViaFunctionUrl")
    aws("lambda").add_permission(
        FunctionName=p["FunctionName"], StatementId=name, Action=p["Action"], Principal=p["Principal"], **more)
    return name, {}


def mapping(name, p, _):
    arn = str(p.get("EventSourceArn", ""))
    if arn.startswith(f"arn:aws:sqs:{REGION}:{ACCOUNT}:"):
        aws("sqs").create_queue(QueueName=arn.split(":")[-1])
    if ":stream/" in arn and ":kinesis:" in arn:
        stream(arn.split("/")[-1], {}, None)
    more = {key: it for key, it in p.items() if key not in ("Tags", "Enabled")}
    aws("lambda").create_event_source_mapping(**more)
    return name, {}


def invoke_config(name, p, _):
    aws("lambda").put_function_event_invoke_config(**pick(
        p, "FunctionName", "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"))
    return name, {}


def url(name, p, _):
    aws("lambda").create_function_url_config(FunctionName=p["TargetFunctionArn"], **pick(p, "AuthType", "Cors", "InvokeMode"))
    return name, {}


def version(name, p, _):
    made = aws("lambda").publish_version(FunctionName=p["FunctionName"])
    return made["FunctionArn"], {"Version": made["Version"]}


def alias(name, p, _):
    made = aws("lambda").create_alias(**pick(p, "FunctionName", "Name", "FunctionVersion"))
    return made["AliasArn"], {}


def signing(name, p, _):
    made = aws("lambda").create_code_signing_config(**pick(p, "AllowedPublishers", "CodeSigningPolicies"))
    arn = made["CodeSigningConfig"]["CodeSigningConfigArn"]
    return arn, {"CodeSigningConfigArn": arn}


def ensure_queue(redrive):
    """Where messages go that nobody could work on may be a queue of another template."""
    arn = str((redrive if isinstance(redrive, dict) else {}).get("deadLetterTargetArn", ""))
    if arn.startswith(f"arn:aws:sqs:{REGION}:{ACCOUNT}:"):
        aws("sqs").create_queue(QueueName=arn.split(":")[-1])


def queue(name, p, _):
    ensure_queue(p.get("RedrivePolicy"))
    name = p.get("QueueName", name + (".fifo" if p.get("FifoQueue") else ""))
    skip = ("QueueName", "Tags")
    attributes = {
        key: str(it).lower() if isinstance(it, bool) else it if isinstance(it, str) else json.dumps(it)
        for key, it in p.items() if key not in skip
    }
    url_ = aws("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url_, {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "QueueName": name}


def queue_policy(name, p, _):
    for one in p["Queues"]:
        aws("sqs").set_queue_attributes(QueueUrl=one, Attributes={"Policy": text(p["PolicyDocument"])})
    return name, {}


def topic(name, p, _):
    name = p.get("TopicName", name)
    more = {"Attributes": {"KmsMasterKeyId": p["KmsMasterKeyId"]}} if "KmsMasterKeyId" in p else {}
    arn = aws("sns").create_topic(Name=name, **more)["TopicArn"]
    for one in p.get("Subscription", []):
        aws("sns").subscribe(TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
    return arn, {"TopicName": name}


def topic_policy(name, p, _):
    for one in p["Topics"]:
        aws("sns").set_topic_attributes(TopicArn=one, AttributeName="Policy", AttributeValue=text(p["PolicyDocument"]))
    return name, {}


def subscription(name, p, _):
    aws("sns").create_topic(Name=p["TopicArn"].split(":")[-1])
    extra = {key: text(p[key]) for key in ("FilterPolicy", "RedrivePolicy") if key in p}
    made = aws("sns").subscribe(TopicArn=p["TopicArn"], Protocol=p["Protocol"], Endpoint=p["Endpoint"], Attributes=extra)
    return made["SubscriptionArn"], {}


def table(name, p, _):
    name = p.get("TableName", name)
    more = pick(p, "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "DeletionProtectionEnabled")
    more.setdefault("AttributeDefinitions", [{"AttributeName": "id", "AttributeType": "S"}])
    more.setdefault("KeySchema", [{"AttributeName": "id", "KeyType": "HASH"}])
    if "ProvisionedThroughput" not in more:
        more["BillingMode"] = "PAY_PER_REQUEST"
    if "StreamSpecification" in p:
        more["StreamSpecification"] = {"StreamEnabled": True, **p["StreamSpecification"]}
    if "SSESpecification" in p:
        encryption = p["SSESpecification"]
        more["SSESpecification"] = {"Enabled": encryption.get("SSEEnabled", False), **pick(encryption, "SSEType", "KMSMasterKeyId")}
    made = aws("dynamodb").create_table(TableName=name, **more)["TableDescription"]
    if p.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
        aws("dynamodb").update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    return name, {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", "none")}


def filter_of(configuration):
    rules = configuration.get("Filter", {}).get("S3Key", {}).get("Rules", [])
    return {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}


def bucket(name, p, _):
    name = p.get("BucketName", name.lower())
    s3 = aws("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if "AccessControl" in p:
        acl = re.sub(r"(?<!^)([A-Z])", r"-\1", p["AccessControl"]).lower()
        s3.put_bucket_acl(Bucket=name, ACL=acl)
    if "PublicAccessBlockConfiguration" in p:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=p["PublicAccessBlockConfiguration"])
    if "BucketEncryption" in p:
        rules = p["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        rules = [{("ApplyServerSideEncryptionByDefault" if key == "ServerSideEncryptionByDefault" else key): it
                  for key, it in rule.items()} for rule in rules]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if "VersioningConfiguration" in p:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=p["VersioningConfiguration"])
    if "WebsiteConfiguration" in p:
        index = p["WebsiteConfiguration"].get("IndexDocument", "index.html")
        s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": index}})
    if "CorsConfiguration" in p:
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": p["CorsConfiguration"]["CorsRules"]})
    configured = p.get("NotificationConfiguration", {})
    functions = configured.get("LambdaConfigurations", [])
    if functions:
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": one["Function"], "Events": [one["Event"]], **filter_of(one)} for one in functions]})
    logging = p.get("LoggingConfiguration")
    if logging is not None:
        target = logging.get("DestinationBucketName", name)
        s3.put_bucket_acl(Bucket=target, ACL="log-delivery-write")
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={
            "LoggingEnabled": {"TargetBucket": target, "TargetPrefix": logging.get("LogFilePrefix", "")}})
    return name, {"Arn": f"arn:aws:s3:::{name}"}


def bucket_policy(name, p, _):
    aws("s3").put_bucket_policy(Bucket=p["Bucket"], Policy=text(p["PolicyDocument"]))
    return name, {}


def stream(name, p, _):
    name = p.get("Name", name)
    if name not in aws("kinesis").list_streams()["StreamNames"]:
        aws("kinesis").create_stream(StreamName=name, ShardCount=1)
    if "StreamEncryption" in p:
        aws("kinesis").start_stream_encryption(StreamName=name, **pick(p["StreamEncryption"], "EncryptionType", "KeyId"))
    return name, {"Arn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"}


def bus(name, p, _):
    name = p.get("Name", name)
    return name, {"Arn": aws("events").create_event_bus(Name=name)["EventBusArn"], "Name": name}


def rule(name, p, _):
    own = p.get("Name", name)
    more = pick(p, "ScheduleExpression", "State", "EventBusName")
    if "EventPattern" in p:
        more["EventPattern"] = text(p["EventPattern"])
    arn = aws("events").put_rule(Name=own, **more)["RuleArn"]
    if p.get("Targets"):
        aws("events").put_targets(Rule=own, Targets=p["Targets"], **pick(p, "EventBusName"))
    return own, {"Arn": arn}


def bus_policy(name, p, _):
    bus_ = p.get("EventBusName", "default")
    if "Statement" in p:
        statement = {"Sid": p["StatementId"], **p["Statement"]}
        aws("events").put_permission(EventBusName=bus_, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    else:
        aws("events").put_permission(EventBusName=bus_, **pick(p, "StatementId", "Principal", "Action"))
    return name, {}


def schedule(name, p, _):
    own = p.get("Name", name)
    more = pick(p, "ScheduleExpression", "Target", "State")
    more["FlexibleTimeWindow"] = p.get("FlexibleTimeWindow", {"Mode": "OFF"})
    return own, {"Arn": aws("scheduler").create_schedule(Name=own, **more)["ScheduleArn"]}


def machine(name, p, _):
    own = p.get("StateMachineName", name)
    definition = text(p.get("Definition", p.get("DefinitionString", "{}")))
    for key, it in p.get("DefinitionSubstitutions", {}).items():
        definition = definition.replace("${" + key + "}", str(it))
    more = {}
    if "LoggingConfiguration" in p:
        more["loggingConfiguration"] = lower(p["LoggingConfiguration"])
    if "TracingConfiguration" in p:
        more["tracingConfiguration"] = lower(p["TracingConfiguration"])
    arn = aws("stepfunctions").create_state_machine(
        name=own, definition=definition, roleArn=p.get("RoleArn", f"arn:aws:iam::{ACCOUNT}:role/none"),
        type=p.get("StateMachineType", "STANDARD"), **more)["stateMachineArn"]
    return arn, {"Arn": arn, "Name": own}


def log_group(name, p, _):
    own = p.get("LogGroupName", name)
    aws("logs").create_log_group(logGroupName=own, **({"kmsKeyId": p["KmsKeyId"]} if "KmsKeyId" in p else {}))
    if "RetentionInDays" in p:
        aws("logs").put_retention_policy(logGroupName=own, retentionInDays=int(p["RetentionInDays"]))
    return own, {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{own}:*"}


def alarm(name, p, _):
    own = p.get("AlarmName", name)
    p = {key: it for key, it in p.items() if key not in ("Tags", "AlarmName")}
    aws("cloudwatch").put_metric_alarm(AlarmName=own, **p)
    return own, {"Arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{own}"}


def user_pool(name, p, _):
    more = pick(p, "Policies", "AdminCreateUserConfig", "UserPoolAddOns", "DeletionProtection", "MfaConfiguration", "LambdaConfig")
    made = aws("cognito-idp").create_user_pool(PoolName=p.get("UserPoolName", name), **more)["UserPool"]
    if p.get("MfaConfiguration", "OFF") != "OFF":
        aws("cognito-idp").set_user_pool_mfa_config(
            UserPoolId=made["Id"], MfaConfiguration=p["MfaConfiguration"],
            SoftwareTokenMfaConfiguration={"Enabled": True})
    return made["Id"], {"Arn": made["Arn"], "ProviderName": f"cognito-idp.{REGION}.amazonaws.com/{made['Id']}"}


def user_pool_client(name, p, _):
    p = {key: it for key, it in p.items() if key not in ("ClientName",)}
    known = [it["Id"] for it in aws("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]]
    if p["UserPoolId"] not in known:
        p["UserPoolId"] = aws("cognito-idp").create_user_pool(PoolName="Others")["UserPool"]["Id"]
    made = aws("cognito-idp").create_user_pool_client(ClientName=name, **p)["UserPoolClient"]
    return made["ClientId"], {}


def identity_pool(name, p, _):
    made = aws("cognito-identity").create_identity_pool(
        IdentityPoolName=p.get("IdentityPoolName", name), AllowUnauthenticatedIdentities=p.get("AllowUnauthenticatedIdentities", False),
        **pick(p, "AllowClassicFlow"))
    return made["IdentityPoolId"], {}


def secret(name, p, _):
    own = p.get("Name", name)
    arn = aws("secretsmanager").create_secret(Name=own, SecretString="x", **pick(p, "KmsKeyId"))["ARN"]
    return arn, {"Id": arn}


def parameter(name, p, _):
    own = p.get("Name", name)
    aws("ssm").put_parameter(Name=own, Value=str(p.get("Value", "x")), Type=p.get("Type", "String"))
    return own, {}


def key(name, p, _):
    more = {"Policy": text(p["KeyPolicy"])} if "KeyPolicy" in p else {}
    made = aws("kms").create_key(**more, **pick(p, "KeySpec", "KeyUsage"))["KeyMetadata"]
    if p.get("EnableKeyRotation"):
        aws("kms").enable_key_rotation(KeyId=made["KeyId"])
    return made["KeyId"], {"Arn": made["Arn"]}


def trail(name, p, _):
    own = p.get("TrailName", name)
    more = pick(p, "IsMultiRegionTrail", "EnableLogFileValidation", KmsKeyId="KMSKeyId")
    if p["S3BucketName"] not in [it["Name"] for it in aws("s3").list_buckets()["Buckets"]]:
        bucket(p["S3BucketName"], {}, None)
    aws("cloudtrail").create_trail(Name=own, S3BucketName=p["S3BucketName"], **more)
    if p.get("IsLogging"):
        aws("cloudtrail").start_logging(Name=own)
    return own, {"Arn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{own}"}


def repository(name, p, _):
    own = p.get("RepositoryName", name.lower())
    more = {}
    if "ImageTagMutability" in p:
        more["imageTagMutability"] = p["ImageTagMutability"]
    if "ImageScanningConfiguration" in p:
        more["imageScanningConfiguration"] = {"scanOnPush": p["ImageScanningConfiguration"].get("ScanOnPush", False)}
    made = aws("ecr").create_repository(repositoryName=own, **more)["repository"]
    if "RepositoryPolicyText" in p:
        aws("ecr").set_repository_policy(repositoryName=own, policyText=text(p["RepositoryPolicyText"]))
    return own, {"Arn": made["repositoryArn"]}


def rest_api(name, p, _):
    more = {"policy": text(p["Policy"])} if "Policy" in p else {}
    if "EndpointConfiguration" in p:
        more["endpointConfiguration"] = {"types": p["EndpointConfiguration"].get("Types", ["EDGE"])}
    if "DisableExecuteApiEndpoint" in p:
        more["disableExecuteApiEndpoint"] = p["DisableExecuteApiEndpoint"]
    made = aws("apigateway").create_rest_api(name=p.get("Name", name), **more)
    root = aws("apigateway").get_resources(restApiId=made["id"])["items"][0]["id"]
    for path, methods in (p.get("Body") or {}).get("paths", {}).items():
        parent = root
        for part in [it for it in path.split("/") if it]:
            known = {it.get("pathPart"): it["id"] for it in aws("apigateway").get_resources(restApiId=made["id"], limit=500)["items"]
                     if it.get("parentId") == parent}
            parent = known.get(part) or aws("apigateway").create_resource(
                restApiId=made["id"], parentId=parent, pathPart=part)["id"]
        for verb, operation in methods.items():
            if isinstance(operation, dict):
                body_method(made["id"], parent, verb, operation, p["Body"])
    return made["id"], {"RootResourceId": root}


def body_method(api, resource, verb, operation, body):
    verb = "ANY" if verb == "x-amazon-apigateway-any-method" else verb.upper()
    names = [key for one in operation.get("security", body.get("security", [])) for key in one]
    schemes = body.get("securityDefinitions") or body.get("components", {}).get("securitySchemes") or {}
    more = {"authorizationType": "NONE"}
    for one in names:
        scheme = schemes.get(one, {})
        details = scheme.get("x-amazon-apigateway-authorizer")
        if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
            more["authorizationType"] = "AWS_IAM"
        elif details:
            known = {it["name"]: it["id"] for it in aws("apigateway").get_authorizers(restApiId=api)["items"]}
            kind = details.get("type", "token").upper()
            if one not in known:
                extra = {"providerARNs": details["providerARNs"]} if "providerARNs" in details else {}
                if "authorizerUri" in details:
                    extra["authorizerUri"] = details["authorizerUri"]
                known[one] = aws("apigateway").create_authorizer(
                    restApiId=api, name=one, type=kind, identitySource="method.request.header.Authorization",
                    authorizerResultTtlInSeconds=int(details.get("authorizerResultTtlInSeconds", 300)), **extra)["id"]
            more["authorizationType"] = "COGNITO_USER_POOLS" if kind == "COGNITO_USER_POOLS" else "CUSTOM"
            more["authorizerId"] = known[one]
        elif scheme.get("type") == "apiKey":
            more["apiKeyRequired"] = True
    aws("apigateway").put_method(restApiId=api, resourceId=resource, httpMethod=verb, **more)
    integration = operation.get("x-amazon-apigateway-integration")
    if integration:
        put_integration(api, resource, verb, {key[:1].upper() + key[1:]: it for key, it in integration.items()})


def put_integration(api, resource, verb, p):
    more = {"uri": p["Uri"]} if "Uri" in p else {}
    if "RequestTemplates" in p:
        more["requestTemplates"] = p["RequestTemplates"]
    for to, name in (("requestParameters", "RequestParameters"), ("connectionType", "ConnectionType"), ("connectionId", "ConnectionId")):
        if name in p:
            more[to] = p[name]
    method = p.get("IntegrationHttpMethod", p.get("HttpMethod", "POST"))
    kind = str(p.get("Type", "AWS_PROXY")).upper()
    aws("apigateway").put_integration(
        restApiId=api, resourceId=resource, httpMethod=verb, type=kind, integrationHttpMethod=method, **more)
    responses = p.get("Responses") or {}
    responses = responses.items() if isinstance(responses, dict) else []
    responses = [*responses, *((str(it.get("StatusCode", 200)), lower(it)) for it in p.get("IntegrationResponses", []))]
    for status, response in responses:
        status = str(response.get("statusCode", status))
        status = status if status.isdigit() else "200"
        aws("apigateway").put_method_response(restApiId=api, resourceId=resource, httpMethod=verb, statusCode=status)
        extra = {key: response[key] for key in ("responseParameters", "responseTemplates") if key in response}
        aws("apigateway").put_integration_response(
            restApiId=api, resourceId=resource, httpMethod=verb, statusCode=status, selectionPattern="", **extra)


def rest_resource(name, p, _):
    made = aws("apigateway").create_resource(restApiId=p["RestApiId"], parentId=p["ParentId"], pathPart=p["PathPart"])
    return made["id"], {}


def rest_method(name, p, _):
    more = {"authorizationType": p.get("AuthorizationType", "NONE")}
    if "AuthorizerId" in p:
        more["authorizerId"] = p["AuthorizerId"]
    if "ApiKeyRequired" in p:
        more["apiKeyRequired"] = p["ApiKeyRequired"]
    aws("apigateway").put_method(restApiId=p["RestApiId"], resourceId=p["ResourceId"], httpMethod=p["HttpMethod"], **more)
    if "Integration" in p:
        put_integration(p["RestApiId"], p["ResourceId"], p["HttpMethod"], p["Integration"])
    return name, {}


def rest_authorizer(name, p, _):
    more = lower({key: it for key, it in p.items() if key not in ("RestApiId", "Name")})
    if "providerARNs" not in more and "ProviderARNs" in p:
        more["providerARNs"] = p["ProviderARNs"]
    made = aws("apigateway").create_authorizer(restApiId=p["RestApiId"], name=p.get("Name", name), **more)
    return made["id"], {}


def deployment(name, p, _):
    more = {"stageName": p["StageName"]} if "StageName" in p else {}
    found = aws("apigateway").get_resources(restApiId=p["RestApiId"], limit=500)["items"]
    if not any("resourceMethods" in it for it in found):
        # Nothing can be deployed without a method.
        root = [it["id"] for it in found if it["path"] == "/"][0]
        aws("apigateway").put_method(restApiId=p["RestApiId"], resourceId=root, httpMethod="HEAD", authorizationType="AWS_IAM")
        put_integration(p["RestApiId"], root, "HEAD", {"Type": "MOCK"})
    return aws("apigateway").create_deployment(restApiId=p["RestApiId"], **more)["id"], {}


def rest_stage(name, p, _):
    api = p["RestApiId"]
    methods = aws("apigateway").get_resources(restApiId=api, limit=500)["items"]
    if not any("resourceMethods" in it for it in methods) or not p.get("DeploymentId"):
        p = {**p, "DeploymentId": deployment(name, {"RestApiId": api}, None)[0]}
    more = {"variables": p["Variables"]} if "Variables" in p else {}
    aws("apigateway").create_stage(
        restApiId=api, stageName=p["StageName"], deploymentId=p["DeploymentId"],
        tracingEnabled=bool(p.get("TracingEnabled")), cacheClusterEnabled=bool(p.get("CacheClusterEnabled")), **more)
    changes = []
    setting = p.get("AccessLogSetting") or {}
    for word in ("DestinationArn", "Format"):
        if word in setting:
            changes.append({"op": "replace", "path": f"/accessLogSettings/{word[:1].lower() + word[1:]}", "value": setting[word]})
    paths = {"DataTraceEnabled": "logging/dataTrace", "LoggingLevel": "logging/loglevel", "ThrottlingRateLimit": "throttling/rateLimit",
             "ThrottlingBurstLimit": "throttling/burstLimit", "MetricsEnabled": "metrics/enabled"}
    for one in p.get("MethodSettings", []):
        for word, path in paths.items():
            if word in one:
                changes.append({"op": "replace", "path": f"/*/*/{path}", "value": str(one[word]).lower() if isinstance(one[word], bool) else str(one[word])})
    if changes:
        aws("apigateway").update_stage(restApiId=api, stageName=p["StageName"], patchOperations=changes)
    return p["StageName"], {}


def usage_plan(name, p, _):
    more = {key[:1].lower() + key[1:]: lower(p[key]) for key in ("Throttle", "Quota", "ApiStages") if key in p}
    return aws("apigateway").create_usage_plan(name=p.get("UsagePlanName", name), **more)["id"], {}


def http_api(name, p, _):
    v2 = aws("apigatewayv2")
    body = p.get("Body") or {}
    more = pick(p, "CorsConfiguration", "DisableExecuteApiEndpoint", "RouteSelectionExpression")
    made = v2.create_api(Name=p.get("Name", name), ProtocolType=p.get("ProtocolType", "HTTP"), **more)
    api = made["ApiId"]
    if "CorsConfiguration" not in p and "x-amazon-apigateway-cors" in body:
        cors = {key[:1].upper() + key[1:]: it for key, it in body["x-amazon-apigateway-cors"].items()}
        v2.update_api(ApiId=api, CorsConfiguration=cors)
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {}
    for path, methods in body.get("paths", {}).items():
        for verb, operation in methods.items():
            if not isinstance(operation, dict):
                continue
            verb = "ANY" if verb == "x-amazon-apigateway-any-method" else verb.upper()
            extra = {}
            for one in [key for it in operation.get("security", []) for key in it]:
                details = schemes.get(one, {}).get("x-amazon-apigateway-authorizer")
                if not details:
                    continue
                if one not in authorizers:
                    jwt = "jwtConfiguration" in details
                    settings = {"AuthorizerType": "JWT", "JwtConfiguration": {
                        "Audience": details["jwtConfiguration"].get("audience", []), "Issuer": details["jwtConfiguration"].get("issuer", "")}
                    } if jwt else {"AuthorizerType": "REQUEST", "AuthorizerUri": details.get("authorizerUri", ""), "AuthorizerPayloadFormatVersion": "2.0"}
                    authorizers[one] = v2.create_authorizer(
                        ApiId=api, Name=one, IdentitySource=["$request.header.Authorization"], **settings)["AuthorizerId"]
                extra = {"AuthorizerId": authorizers[one], "AuthorizationType": "JWT" if "jwtConfiguration" in details else "CUSTOM"}
            integration = operation.get("x-amazon-apigateway-integration", {})
            target = v2.create_integration(
                ApiId=api, IntegrationType=integration.get("type", "aws_proxy").upper(), IntegrationUri=integration.get("uri", ""),
                PayloadFormatVersion=integration.get("payloadFormatVersion", "2.0"))["IntegrationId"]
            route = "$default" if path == "/$default" else f"{verb} {path}"
            v2.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{target}", **extra)
    return api, {}


def v2(operation, id_):
    def maker(name, p, _):
        p = dict(p)
        if operation == "create_authorizer":
            p.setdefault("IdentitySource", ["$request.header.Authorization"])
        p.pop("Tags", None)
        p.pop("DeploymentId", None)
        made = getattr(aws("apigatewayv2"), operation)(**p)
        return made[id_], {}
    return maker


def layer(name, p, _):
    made = aws("lambda").publish_layer_version(LayerName=p.get("LayerName", name), Content={"ZipFile": archive()})
    return made["LayerVersionArn"], {}


def layer_permission(name, p, _):
    arn = p["LayerVersionArn"].rsplit(":", 1)
    aws("lambda").add_layer_version_permission(
        LayerName=arn[0], VersionNumber=int(arn[1]), StatementId=name, **pick(p, "Action", "Principal", "OrganizationId"))
    return name, {}


def graph_api(name, p, _):
    more = {key[:1].lower() + key[1:]: lower(it) for key, it in p.items() if key not in ("Name", "Tags")}
    more = {key: it for key, it in more.items() if key in (
        "logConfig", "authenticationType", "userPoolConfig", "openIDConnectConfig", "additionalAuthenticationProviders",
        "xrayEnabled", "lambdaAuthorizerConfig", "visibility", "introspectionConfig", "queryDepthLimit", "resolverCountLimit")}
    made = aws("appsync").create_graphql_api(name=p.get("Name", name), **more)["graphqlApi"]
    return made["arn"], {"ApiId": made["apiId"], "Arn": made["arn"]}


def web_acl(name, p, _):
    made = aws("wafv2").create_web_acl(
        Name=p.get("Name", name), Scope="REGIONAL", DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name})["Summary"]
    return f"{name}|{made['Id']}|REGIONAL", {"Arn": made["ARN"]}


def association(name, p, _):
    arn = p["WebACLArn"]
    if arn not in [it["ARN"] for it in aws("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]]:
        arn = web_acl("common", {}, None)[1]["Arn"]
    aws("wafv2").associate_web_acl(WebACLArn=arn, ResourceArn=p["ResourceArn"])
    return name, {}


def rest_domain(name, p, _):
    more = {"endpointConfiguration": {"types": p["EndpointConfiguration"].get("Types", ["EDGE"])}} if "EndpointConfiguration" in p else {}
    aws("apigateway").create_domain_name(domainName=p["DomainName"], certificateArn="arn:aws:acm:us-east-1:1:certificate/0", **more,
                                         **pick(p, securityPolicy="SecurityPolicy"))
    return p["DomainName"], {}


def http_domain(name, p, _):
    aws("apigatewayv2").create_domain_name(**pick(p, "DomainName", "DomainNameConfigurations", "MutualTlsAuthentication"))
    return p["DomainName"], {}


def gateway_response(name, p, _):
    aws("apigateway").put_gateway_response(restApiId=p["RestApiId"], responseType=p["ResponseType"],
                                           **pick(p, responseParameters="ResponseParameters", responseTemplates="ResponseTemplates"))
    return name, {}


def listed(items):
    return {"Quantity": len(items), "Items": items} if items else {"Quantity": 0}


def distribution(name, p, _):
    p = p["DistributionConfig"]
    first = (p.get("Origins") or [{"Id": "o"}])[0]["Id"]
    nothing = {"TargetOriginId": first, "ViewerProtocolPolicy": "https-only", "MinTTL": 0,
               "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}
    origins = []
    for one in p.get("Origins") or [{"Id": "o", "DomainName": "o.example.com", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}]:
        one = {"CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}, **one}
        one["CustomOriginConfig"] = {"HTTPPort": 80, "HTTPSPort": 443, **one["CustomOriginConfig"]}
        origins.append(one)
    config = {
        "CallerReference": name, "Comment": "", "Enabled": True, "Origins": listed(origins),
        "DefaultCacheBehavior": {**nothing, **p["DefaultCacheBehavior"]},
        "CacheBehaviors": listed([{**nothing, **one} for one in p.get("CacheBehaviors", [])]),
        **{key: p[key] for key in ("WebACLId", "DefaultRootObject") if key in p},
    }
    if "ViewerCertificate" in p:
        config["ViewerCertificate"] = {("ACMCertificateArn" if key == "AcmCertificateArn" else "SSLSupportMethod" if key == "SslSupportMethod" else key): it
                                       for key, it in p["ViewerCertificate"].items()}
    made = aws("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
    return made["Id"], {"DomainName": made["DomainName"]}


def database(name, p, _):
    if "DBClusterIdentifier" in p:
        aws("rds").create_db_cluster(DBClusterIdentifier=p["DBClusterIdentifier"], Engine=p["Engine"], MasterUsername="a", MasterUserPassword="abcdefgh")
    made = aws("rds").create_db_instance(
        DBInstanceIdentifier=p.get("DBInstanceIdentifier", name), Engine=p.get("Engine", "postgres"), AllocatedStorage=20,
        DBInstanceClass=p.get("DBInstanceClass", "db.t4g.micro"),
        **({} if "DBClusterIdentifier" in p else {"MasterUsername": "a", "MasterUserPassword": "abcdefgh"}),
        **pick(p, "StorageEncrypted", "PubliclyAccessible", "BackupRetentionPeriod", "DeletionProtection", "DBClusterIdentifier"))["DBInstance"]
    return name, {"Endpoint.Address": made.get("Endpoint", {}).get("Address", f"{name.lower()}.x.{REGION}.rds.amazonaws.com")}


def neptune(name, p, _):
    aws("rds").create_db_cluster(DBClusterIdentifier=p.get("DBClusterIdentifier", name), Engine="neptune", **pick(p, "StorageEncrypted"))
    return name, {}


def cache(name, p, _):
    made = {"ReplicationGroupId": name.lower(), **pick(p, "ReplicationGroupDescription", "Engine", "TransitEncryptionEnabled", "AtRestEncryptionEnabled")}
    aws("elasticache").create_replication_group(**made)
    return name.lower(), {}


def search(name, p, _):
    aws("opensearch").create_domain(DomainName=name.lower(), **pick(p, "EncryptionAtRestOptions", "DomainEndpointOptions", "NodeToNodeEncryptionOptions"))
    return name.lower(), {}


def kafka(name, p, _):
    more = {key: lower(p[key]) for key in ("EncryptionInfo",) if key in p}
    nodes = lower(p.get("BrokerNodeGroupInfo", {}))
    aws("kafka").create_cluster_v2(ClusterName=p.get("ClusterName", name), Provisioned={
        "BrokerNodeGroupInfo": {"ClientSubnets": ["subnet-1"], "InstanceType": "kafka.t3.small",
                                **({"ConnectivityInfo": {"PublicAccess": {"Type": nodes["connectivityInfo"]["publicAccess"]["type"]}}} if nodes else {})},
        "KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2,
        **({"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": more["encryptionInfo" if "encryptionInfo" in more else "EncryptionInfo"]["encryptionInTransit"]["clientBroker"]}}} if more else {})})
    return name, {}


def broker(name, p, _):
    aws("mq").create_broker(BrokerName=name, DeploymentMode="SINGLE_INSTANCE", EngineType="ActiveMQ", EngineVersion="5.18", HostInstanceType="mq.m5.large",
                            AutoMinorVersionUpgrade=True, PubliclyAccessible=p.get("PubliclyAccessible") is True, Users=[])
    return name, {}


def accelerator(name, p, _):
    aws("dax").create_cluster(ClusterName=name.lower() + "-cache", NodeType="dax.t3.small", ReplicationFactor=1, IamRoleArn=f"arn:aws:iam::{ACCOUNT}:role/dax",
                              **pick(p, "SSESpecification", "ClusterEndpointEncryptionType"))
    return name, {}


def file_system(name, p, _):
    return aws("efs").create_file_system(CreationToken=name, **pick(p, "Encrypted", "KmsKeyId"))["FileSystemId"], {}


def delivery_stream(name, p, _):
    place = {"RoleARN": f"arn:aws:iam::{ACCOUNT}:role/x", "BucketARN": "arn:aws:s3:::x"}
    aws("firehose").create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=place,
                                           **pick(p, "DeliveryStreamEncryptionConfigurationInput"))
    return name, {}


def security_group(name, p, _):
    made = aws("ec2").create_security_group(GroupName=name, Description="x")["GroupId"]
    for one in p.get("SecurityGroupIngress", []):
        ingress(name, {**one, "GroupId": made}, None)
    return made, {"GroupId": made}


def ingress(name, p, _):
    ranges = {"IpRanges": [{"CidrIp": p["CidrIp"]}]} if "CidrIp" in p else {"Ipv6Ranges": [{"CidrIpv6": p["CidrIpv6"]}]}
    rule_ = {"IpProtocol": p["IpProtocol"], **pick(p, "FromPort", "ToPort"), **ranges}
    aws("ec2").authorize_security_group_ingress(GroupId=p["GroupId"], IpPermissions=[rule_])
    return name, {}


def instance(name, p, _):
    image = aws("ec2").describe_images()["Images"][0]["ImageId"]
    more = pick(p, "MetadataOptions")
    if "IamInstanceProfile" in p:
        profile = p["IamInstanceProfile"]
        if profile not in [it["InstanceProfileName"] for it in aws("iam").list_instance_profiles()["InstanceProfiles"]]:
            aws("iam").create_instance_profile(InstanceProfileName=profile)
        more["IamInstanceProfile"] = {"Name": profile}
    made = aws("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1, **more, TagSpecifications=[
        {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}])
    return made["Instances"][0]["InstanceId"], {}


def launch_template(name, p, _):
    made = aws("ec2").create_launch_template(LaunchTemplateName=p.get("LaunchTemplateName", name), LaunchTemplateData=p["LaunchTemplateData"])
    return made["LaunchTemplate"]["LaunchTemplateId"], {"LatestVersionNumber": "1"}


def balancer(name, p, _):
    subnets = [it["SubnetId"] for it in aws("ec2").describe_subnets()["Subnets"]][:2]
    made = aws("elbv2").create_load_balancer(Name=p.get("Name", name), Subnets=subnets, **pick(p, "Scheme", "Type"))["LoadBalancers"][0]
    return made["LoadBalancerArn"], {"DNSName": made["DNSName"]}


def listener(name, p, _):
    if p["LoadBalancerArn"] not in [it["LoadBalancerArn"] for it in aws("elbv2").describe_load_balancers()["LoadBalancers"]]:
        known = [it for it in aws("elbv2").describe_load_balancers()["LoadBalancers"] if it["LoadBalancerName"] == "others"]
        p["LoadBalancerArn"] = known[0]["LoadBalancerArn"] if known else balancer("others", {}, None)[0]
        p["Port"] = 80 + len(aws("elbv2").describe_listeners(LoadBalancerArn=p["LoadBalancerArn"])["Listeners"])
    for one in p.get("DefaultActions", []):
        if one.get("TargetGroupArn", "").endswith("/0"):
            one["TargetGroupArn"] = target_group(name + "-targets", {"TargetType": "lambda"}, None)[0]
    made = aws("elbv2").create_listener(**pick(p, "LoadBalancerArn", "Port", "Protocol", "DefaultActions", "SslPolicy", "Certificates"))
    return made["Listeners"][0]["ListenerArn"], {}


def target_group(name, p, _):
    made = aws("elbv2").create_target_group(Name=p.get("Name", name), **pick(p, "TargetType", "Protocol", "Port"))["TargetGroups"][0]["TargetGroupArn"]
    if p.get("Targets"):
        aws("elbv2").register_targets(TargetGroupArn=made, Targets=[pick(it, "Id") for it in p["Targets"]])
    return made, {}


def composite_alarm(name, p, _):
    aws("cloudwatch").put_composite_alarm(AlarmName=p.get("AlarmName", name), **pick(p, "AlarmRule", "AlarmActions"))
    return name, {}


def delivery_source(name, p, _):
    aws("logs").put_delivery_source(name=p["Name"], resourceArn=p["ResourceArn"], logType=p["LogType"])
    return name, {}


def secret_policy(name, p, _):
    aws("secretsmanager").put_resource_policy(SecretId=p["SecretId"], ResourcePolicy=text(p["ResourcePolicy"]))
    return name, {}


def rotation(name, p, _):
    aws("secretsmanager").rotate_secret(SecretId=p["SecretId"], RotationLambdaARN=p.get("RotationLambdaARN", "x"), RotationRules={"AutomaticallyAfterDays": 30})
    return name, {}



MAKERS = {
    "AWS::IAM::Role": role, "AWS::IAM::Policy": policy, "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::Lambda::Function": function, "AWS::Lambda::Permission": permission, "AWS::Lambda::EventSourceMapping": mapping,
    "AWS::Lambda::EventInvokeConfig": invoke_config, "AWS::Lambda::Url": url, "AWS::Lambda::Version": version,
    "AWS::Lambda::Alias": alias, "AWS::Lambda::CodeSigningConfig": signing,
    "AWS::SQS::Queue": queue, "AWS::SQS::QueuePolicy": queue_policy, "AWS::SNS::Topic": topic,
    "AWS::SNS::TopicPolicy": topic_policy, "AWS::SNS::Subscription": subscription, "AWS::DynamoDB::Table": table,
    "AWS::S3::Bucket": bucket, "AWS::S3::BucketPolicy": bucket_policy, "AWS::Kinesis::Stream": stream,
    "AWS::Events::EventBus": bus, "AWS::Events::Rule": rule, "AWS::Events::EventBusPolicy": bus_policy,
    "AWS::Scheduler::Schedule": schedule, "AWS::StepFunctions::StateMachine": machine, "AWS::Logs::LogGroup": log_group,
    "AWS::CloudWatch::Alarm": alarm, "AWS::Cognito::UserPool": user_pool, "AWS::Cognito::UserPoolClient": user_pool_client,
    "AWS::Cognito::IdentityPool": identity_pool, "AWS::SecretsManager::Secret": secret, "AWS::SSM::Parameter": parameter,
    "AWS::KMS::Key": key, "AWS::CloudTrail::Trail": trail, "AWS::ECR::Repository": repository,
    "AWS::ApiGateway::RestApi": rest_api, "AWS::ApiGateway::Resource": rest_resource, "AWS::ApiGateway::Method": rest_method,
    "AWS::ApiGateway::Authorizer": rest_authorizer, "AWS::ApiGateway::Deployment": deployment, "AWS::ApiGateway::Stage": rest_stage,
    "AWS::ApiGateway::UsagePlan": usage_plan, "AWS::ApiGatewayV2::Api": http_api,
    "AWS::ApiGatewayV2::Route": v2("create_route", "RouteId"), "AWS::ApiGatewayV2::Integration": v2("create_integration", "IntegrationId"),
    "AWS::IAM::User": user, "AWS::IAM::AccessKey": access_key, "AWS::Lambda::LayerVersion": layer,
    "AWS::Lambda::LayerVersionPermission": layer_permission, "AWS::AppSync::GraphQLApi": graph_api, "AWS::WAFv2::WebACL": web_acl,
    "AWS::WAFv2::WebACLAssociation": association, "AWS::ApiGateway::DomainName": rest_domain,
    "AWS::ApiGatewayV2::DomainName": http_domain, "AWS::ApiGatewayV2::ApiMapping": v2("create_api_mapping", "ApiMappingId"),
    "AWS::ApiGateway::GatewayResponse": gateway_response, "AWS::CloudFront::Distribution": distribution,
    "AWS::RDS::DBInstance": database, "AWS::Neptune::DBCluster": neptune, "AWS::ElastiCache::ReplicationGroup": cache,
    "AWS::OpenSearchService::Domain": search, "AWS::MSK::Cluster": kafka, "AWS::AmazonMQ::Broker": broker, "AWS::DAX::Cluster": accelerator,
    "AWS::EFS::FileSystem": file_system, "AWS::KinesisFirehose::DeliveryStream": delivery_stream, "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::SecurityGroupIngress": ingress, "AWS::EC2::Instance": instance, "AWS::EC2::LaunchTemplate": launch_template,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": balancer, "AWS::ElasticLoadBalancingV2::Listener": listener,
    "AWS::ElasticLoadBalancingV2::TargetGroup": target_group, "AWS::CloudWatch::CompositeAlarm": composite_alarm,
    "AWS::Logs::DeliverySource": delivery_source, "AWS::SecretsManager::ResourcePolicy": secret_policy,
    "AWS::SecretsManager::RotationSchedule": rotation,
    "AWS::ApiGatewayV2::Authorizer": v2("create_authorizer", "AuthorizerId"), "AWS::ApiGatewayV2::Stage": v2("create_stage", "StageName"),
}
