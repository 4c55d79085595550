//! The contract that the binary carries.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;

#[test]
fn everything_is_there() {
    let contract = auth();
    assert_eq!(contract.base_path(), "/api/v1");
    assert_eq!(contract.bearer_refusal(), "auth_bad_credentials");
    assert_eq!(contract.client_refusal(), "auth_bad_client_credentials");
    assert_eq!(contract.operations().len(), 15);
    assert_eq!(contract.errors().len(), 11);
    assert_eq!(contract.requirements().len(), 224);
    assert_eq!(contract.models().len(), 9 + 9);
    assert_eq!(contract.digest().len(), 64);
}

#[rstest]
#[case("POST /auth/token", Bearer::None, true, Some("TokenRequest"), Some("Token"))]
#[case("POST /auth/refresh", Bearer::Refresh, false, None, Some("Token"))]
#[case("POST /auth/logout", Bearer::Access, false, None, None)]
#[case("POST /auth/signup", Bearer::None, true, Some("SignupRequest"), Some("UserSignupOut"))]
#[case("POST /auth/guest", Bearer::None, true, Some("GuestRequest"), Some("UserSignupOut"))]
#[case("POST /auth/verify/phone", Bearer::Access, false, Some("PhoneVerificationStart"), Some("MobileOut"))]
#[case("PUT /auth/verify/phone", Bearer::Access, false, Some("PhoneVerificationCode"), Some("MobileCodeOut"))]
#[case("POST /auth/verify/phone/check", Bearer::Access, false, None, None)]
#[case("POST /auth/verify/email", Bearer::Access, false, None, Some("EmailOut"))]
#[case("GET /auth/verify/email", Bearer::Open, false, None, None)]
#[case("PUT /auth/complete", Bearer::Access, false, Some("CompleteRequest"), Some("Token"))]
#[case("POST /auth/password-reset", Bearer::None, true, Some("PasswordResetStart"), Some("UserSignupOut"))]
#[case("PUT /auth/password-reset", Bearer::Access, false, Some("PasswordResetComplete"), Some("Token"))]
#[case("GET /auth/user", Bearer::Access, false, None, Some("UserProfileOut"))]
#[case("PUT /auth/user", Bearer::Access, false, Some("ProfileUpdate"), Some("UserProfileOut"))]
fn operations_are_as_documented(
    #[case] id: &str,
    #[case] bearer: Bearer,
    #[case] client_credentials: bool,
    #[case] request: Option<&str>,
    #[case] success: Option<&str>,
) {
    let contract = auth();
    let operation = contract.operation(id).unwrap();
    assert_eq!((operation.bearer, operation.client_credentials), (bearer, client_credentials));
    assert_eq!(operation.request.as_ref().map(|body| body.model.as_str()), request);
    assert_eq!(operation.success, success.map_or(Success::Free, |model| Success::Model(model.to_string())));
    assert_eq!(operation.success_requirement.is_none(), id == "POST /auth/verify/phone/check");
    let (json, form) =
        if id == "POST /auth/token" { (Level::Should, Level::Must) } else { (Level::Must, Level::Observe) };
    assert!(operation.request.iter().all(|body| (body.json, body.form) == (json, form)));
}

#[test]
fn every_requirement_is_about_an_operation_that_exists() {
    let contract = auth();
    for requirement in contract.requirements() {
        assert!(requirement.operation.iter().all(|id| contract.operation(id).is_some()), "{}", requirement.id);
    }
}

#[test]
fn every_response_model_breaks_a_requirement_of_its_own() {
    let contract = auth();
    let mut owners: Vec<_> = contract.models().iter().filter_map(|model| model.requirement.clone()).collect();
    assert_eq!(owners.len(), 9);
    owners.dedup();
    assert_eq!(owners.len(), 9);
    let request = |name: &str| contract.operations().iter().any(|o| o.request.iter().any(|body| body.model == name));
    for model in contract.models() {
        assert_ne!(model.requirement.is_some(), request(&model.name), "{}", model.name);
    }
}

#[test]
fn secrets_are_known_by_name_and_kind() {
    let contract = auth();
    let pairs = |map: &BTreeMap<String, String>| map.iter().map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>();
    let requests = [
        "client_secret: client_secret",
        "code: code",
        "oldPassword: password",
        "old_password: password",
        "password: password",
        "session: session",
        "sid: sid",
    ];
    assert_eq!(pairs(contract.sensitive_in_requests()), requests);
    let responses = ["access_token: access_token", "refresh_token: refresh_token", "session: session", "sid: sid"];
    assert_eq!(pairs(contract.sensitive_in_responses()), responses);
}

#[test]
fn please_wait_may_name_another_number() {
    let contract = auth();
    let wait: Vec<_> = contract.errors().iter().filter(|spec| spec.wait).collect();
    assert_eq!(wait.len(), 1);
    assert!(wait[0].message.matches("Please wait 60 seconds for next request"));
    assert!(wait[0].message.matches("Please wait 7 seconds for next request"));
    assert!(!wait[0].message.matches("Please wait a moment"));
}

#[rstest]
#[case("SignupRequest", "grant_type", true, &["string"], json!(["create"]), None)]
#[case("SignupRequest", "client_id", false, &["string"], json!([]), Some("uuid"))]
#[case("SignupRequest", "phone", false, &["string"], json!([]), Some("phone-e164"))]
#[case("SignupRequest", "type", true, &["string"], json!(["client", "coach", "studio"]), None)]
#[case("TokenRequest", "grant_type", false, &["string"], json!(["password"]), None)]
#[case("TokenRequest", "username", true, &["string"], json!([]), None)]
#[case("PhoneVerificationCode", "code", true, &["integer", "string"], json!([]), None)]
#[case("ProfileUpdate", "gender", false, &[], json!([]), None)]
#[case("ProfileUpdate", "birthDate", false, &["string"], json!([]), Some("date"))]
#[case("UserSignupOut", "access_token", true, &["string"], json!([]), None)]
#[case("UserSignupOut", "session", true, &["string", "null"], json!([]), None)]
#[case("UserProfileOut", "profileCompletion", true, &[], json!([]), None)]
fn fields_follow_references(
    #[case] model: &str,
    #[case] name: &str,
    #[case] required: bool,
    #[case] types: &[&str],
    #[case] values: Value,
    #[case] format: Option<&str>,
) {
    let fields = auth().model(model).unwrap().fields();
    let field = fields.iter().find(|field| field.name == name).unwrap();
    assert_eq!((field.required, json!(field.values), field.format.as_deref()), (required, values, format));
    assert_eq!(field.types, types);
}

#[test]
fn what_is_open_stands_at_its_field() {
    let contract = auth();
    let mut open = Vec::new();
    for model in contract.models() {
        for field in model.fields() {
            let aspects = field.extension.get(keywords::OPEN).or(field.extension.get(keywords::OPEN_VALUES));
            open.extend(aspects.map(|aspects| format!("{}.{} {aspects}", model.name, field.name)));
        }
    }
    let expected = [
        r#"CompleteRequest.gender ["values","type"]"#,
        r#"CompleteRequest.email ["format"]"#,
        r#"GuestRequest.timezone ["format"]"#,
        r#"ProfileUpdate.gender ["values","type"]"#,
        r#"ProfileUpdate.timezone ["format"]"#,
        r#"ProfileUpdate.languages ["items"]"#,
        r#"ProfileUpdate.experience ["range"]"#,
        r#"SignupRequest.timezone ["format"]"#,
        r#"SignupRequest.type ["guest"]"#,
    ];
    assert_eq!(open, expected);
}
