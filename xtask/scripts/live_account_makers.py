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
        iam.attach_role_policy(RoleName=name, PolicyArn=managed)
    return name, {"Arn": arn, "RoleId": "AROA"}


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
    more = pick(p, "SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID", "FunctionUrlAuthType")
    aws("lambda").add_permission(
        FunctionName=p["FunctionName"], StatementId=name, Action=p["Action"], Principal=p["Principal"], **more)
    return name, {}


def mapping(name, p, _):
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


def queue(name, p, _):
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
                {"LambdaFunctionArn": one["Function"], "Events": [one["Event"]]} for one in functions]})
    return name, {"Arn": f"arn:aws:s3:::{name}"}


def bucket_policy(name, p, _):
    aws("s3").put_bucket_policy(Bucket=p["Bucket"], Policy=text(p["PolicyDocument"]))
    return name, {}


def stream(name, p, _):
    name = p.get("Name", name)
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
    method = p.get("IntegrationHttpMethod", p.get("HttpMethod", "POST"))
    kind = str(p.get("Type", "AWS_PROXY")).upper()
    aws("apigateway").put_integration(
        restApiId=api, resourceId=resource, httpMethod=verb, type=kind, integrationHttpMethod=method, **more)


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
    return aws("apigateway").create_deployment(restApiId=p["RestApiId"], **more)["id"], {}


def rest_stage(name, p, _):
    api = p["RestApiId"]
    methods = aws("apigateway").get_resources(restApiId=api, limit=500)["items"]
    if not p.get("DeploymentId") or not any("resourceMethods" in it for it in methods):
        raise ValueError("no method to deploy")
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
    "AWS::ApiGatewayV2::Authorizer": v2("create_authorizer", "AuthorizerId"), "AWS::ApiGatewayV2::Stage": v2("create_stage", "StageName"),
}
