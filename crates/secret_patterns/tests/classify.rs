//! Names and values together: what is found, and what is left alone.

use secret_patterns::classify;

#[test]
fn secrets_by_name_are_found() {
    for (name, value, kind) in [
        ("DB_PASSWORD", "changeme", "password"),
        ("DB_PASSWORD", "Tr0ub4dor&3", "password"),
        ("MasterUserPassword", "hunter22", "password"),
        ("PASSWORD", "password", "password"),
        ("PASSWORD", "correct horse 7", "password"),
        ("API_KEY", "q9Zr7LmX2vBn4KpT", "api-key"),
        ("JWT_SECRET", "s3cr3t-of-orders", "secret"),
        ("JWT_SECRET", "secret", "secret"),
        ("JWT_SECRET", "this-is-my-secret-key", "secret"),
        ("JWT_SECRET", "mysecretkey", "secret"),
        ("DB_PASSWORD", "MyPassword", "password"),
        ("AUTH_TOKEN", "5f4dcc3b5aa765d61d8327deb882cf99", "token"),
        ("apiSecret", "abc123def456", "secret"),
        ("AWS_SECRET_ACCESS_KEY", "h7Kd0/Qw3rT8yUiOpAsDfGhJkLzXcVbNm1234567", "aws-secret-key"),
        ("DB_URL", "postgres://app:changeme@db/orders", "database-url"),
        ("ANYTHING", "xoxb-123412341234-123412341234-AbCdEfGhIjKlMnOpQrStUvWx", "slack-token"),
        ("SIGNATURE_KEY", "kJ8s0Pq2Zr7LmX2vBn4KpT8wYcQ", "random-text"),
        ("DATADOG_API_KEY", "9775a026f1ca7d1c6c5af9d94d9595a4", "datadog-key"),
    ] {
        let found = classify(name, value);
        assert_eq!(found.map(|found| found.kind.to_string()).as_deref(), Some(kind), "{name}");
    }
}

#[test]
fn settings_about_secrets_are_left_alone() {
    for (name, value) in [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "${DbPassword}"),
        ("DB_PASSWORD", "{{resolve:secretsmanager:orders:SecretString:password}}"),
        ("DB_PASSWORD", "/orders/db/password"),
        ("DB_SECRET", "orders/prod/db"),
        ("DB_SECRET", "orders-db-secret"),
        ("API_KEY", "<your-api-key>"),
        ("API_KEY", "xxxxxxxxxxxxxxxx"),
        ("API_KEY", "true"),
        ("TOKEN", "cognito"),
        ("TOKEN", "Authorization"),
        ("ServiceToken", "DataSourceSyncLambda"),
        ("EventSourceToken", "amzn1.ask.skill.12345678-1234-1234-1234-123456789abc"),
        ("SECRET", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf"),
        ("PASSWORD_MIN_LENGTH", "12"),
        ("TOKEN_TABLE", "orders-tokens-9f8a7b6c5d"),
        ("TOKEN_URL", "https://auth.orders.internal/oauth2/token"),
        ("PUBLIC_KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7d1"),
        ("KMS_KEY_ID", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("S3_KEY", "packages/orders-1.2.3.zip"),
        ("PARTITION_KEY", "customerId"),
        ("TABLE_NAME", "Orders"),
        ("POWERTOOLS_SERVICE_NAME", "orders"),
        ("NODE_OPTIONS", "--enable-source-maps"),
        ("COMMIT", "9f8a7b6c5d4e3f2a1b0c9f8a7b6c5d4e3f2a1b0c"),
        ("KEY_DIGEST", "9f8a7b6c5d4e3f2a1b0c9f8a7b6c5d4e3f2a1b0c"),
        ("USER_POOL_CLIENT_ID", "1h57kf5cpq17m0eml12EXAMPLE"),
        ("LAYER", "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV2:40"),
        ("TOKEN", "the token that the order service hands out"),
    ] {
        assert_eq!(classify(name, value).map(|found| found.kind), None, "{name}={value}");
    }
}

#[test]
fn long_hostile_values_end_in_time() {
    for piece in ["password=", "eyJ", "postgres://a:", "-----BEGIN PRIVATE KEY-----", "AIza", "a/"]
    {
        let _ = classify("DB_PASSWORD", &piece.repeat(20_000));
    }
}
