//! Every model takes a right sample, and names place and expectation for each kind of wrong.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;

fn sample(model: &str) -> Value {
    let token = json!({
        "access_token": "a", "refresh_token": "r", "token_type": "bearer",
        "access_expire": 1234, "refresh_expire": 1234, "scopes": ""
    });
    match model {
        "Token" => token,
        "UserSignupOut" => {
            let mut signup = token;
            let own = json!({
                "type": "guest", "phone": "+97100000000", "email": null,
                "verifed_phone": false, "verifed_email": false, "session": "s"
            });
            signup.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            signup
        }
        "MobileOut" => json!({ "sid": "s", "time_expire": 600, "time_repeat": 600 }),
        "MobileCodeOut" => json!({ "status": "ok" }),
        "EmailOut" => json!({ "time_expire": 600, "time_repeat": 600 }),
        "ErrorResponse" => json!({ "code": 400, "error": "auth_user_blocked", "message": "User blocked" }),
        "HTTPValidationError" => json!({ "detail": [] }),
        "ValidationItem" => json!({ "loc": ["body", "phone", 0], "msg": "wrong", "type": "value_error" }),
        "UserProfileOut" => json!({
            "gender": null, "birthDate": null, "timezone": null, "firstName": null, "lastName": null,
            "description": null, "languages": null, "experience": null, "requiresParking": null,
            "id": "cf6e0f9c-ae94-4d72-8faf-cdc90394c261", "type": "coach", "username": null, "phone": null,
            "email": null, "verifiedPhone": true, "verifiedEmail": false, "available": false, "verified": false,
            "avatarUrl": null, "mediaType": null, "mediaUrl": null, "mediaPreviewUrl": null, "sessionCount": null,
            "totalPayment": null, "totalPaymentCurrency": null, "profileCompletion": null
        }),
        "TokenRequest" => json!({ "username": "alice", "password": "p" }),
        "SignupRequest" => json!({ "grant_type": "create", "phone": "+97100000000", "type": "client" }),
        "GuestRequest" => json!({ "grant_type": "create", "timezone": "Asia/Dubai" }),
        "PhoneVerificationStart" => json!({ "session": "s", "channel": "sms" }),
        "PhoneVerificationCode" => json!({ "sid": "s", "code": "0042" }),
        "CompleteRequest" | "PasswordResetComplete" => json!({ "password": "p" }),
        "PasswordResetStart" => json!({ "grant_type": "reset", "phone": "+97100000000" }),
        "ProfileUpdate" => json!({ "birthDate": "2000-07-08", "languages": ["en"], "experience": 3 }),
        other => panic!("no sample for {other}"),
    }
}

#[test]
fn right_samples_are_taken() {
    for model in auth().models() {
        assert_eq!(model.validate(&sample(&model.name)), [], "{}", model.name);
        let mut extra = sample(&model.name);
        extra["somethingNew"] = json!(1);
        assert_eq!(model.validate(&extra), [], "{} leaves other fields free", model.name);
    }
}

#[rstest]
#[case::expiry_as_whole_float("Token", "/access_expire", json!(3.0))]
#[case::expiry_zero("Token", "/access_expire", json!(0))]
#[case::other_token_type("Token", "/token_type", json!("mac"))]
#[case::empty_session("UserSignupOut", "/session", json!(""))]
#[case::no_session("UserSignupOut", "/session", json!(null))]
#[case::time_not_positive("MobileOut", "/time_repeat", json!(0))]
#[case::any_item("HTTPValidationError", "/detail", json!([1, "two", {}]))]
#[case::profile_values("UserProfileOut", "/languages", json!(["en", 1]))]
#[case::payment("UserProfileOut", "/totalPayment", json!(12.5))]
#[case::birth_date("UserProfileOut", "/birthDate", json!("2000-07-08"))]
#[case::completion("UserProfileOut", "/profileCompletion", json!({ "percent": 10 }))]
#[case::code_as_number("PhoneVerificationCode", "/code", json!(42))]
#[case::any_gender("ProfileUpdate", "/gender", json!(7))]
fn what_has_a_rule_of_its_own_or_is_open_is_taken(#[case] model: &str, #[case] at: &str, #[case] value: Value) {
    let mut instance = sample(model);
    *instance.pointer_mut(at).unwrap_or(&mut Value::Null) = value.clone();
    if instance.pointer(at).is_none() {
        instance[&at[1..]] = value;
    }
    assert_eq!(auth().model(model).unwrap().validate(&instance), []);
}

#[rstest]
#[case::wrong_type("Token", "/access_token", json!(1), "/access_token: expected a string, found an integer (type)")]
#[case::null("Token", "/scopes", json!(null), "/scopes: expected a string, found null (type)")]
#[case::fraction("Token", "/access_expire", json!(1.5), "/access_expire: expected an integer, found a number (type)")]
#[case::digits("Token", "/refresh_expire", json!("60"), "/refresh_expire: expected an integer, found a string of 2 characters (type)")]
#[case::included("UserSignupOut", "/refresh_token", json!([]), "/refresh_token: expected a string, found an array of 0 items (type)")]
#[case::listed("UserSignupOut", "/type", json!("admin"), "/type: expected one of guest|client|coach|studio, found a string of 5 characters (enum)")]
#[case::flag("UserSignupOut", "/verifed_phone", json!("False"), "/verifed_phone: expected a boolean, found a string of 5 characters (type)")]
#[case::or_null("UserSignupOut", "/session", json!(5), "/session: expected a string or null, found an integer (type)")]
#[case::empty_sid("MobileOut", "/sid", json!(""), "/sid: expected a string of 1 or more characters, found an empty string (minLength)")]
#[case::status("MobileCodeOut", "/status", json!(true), "/status: expected a string, found a boolean (type)")]
#[case::time("EmailOut", "/time_expire", json!({}), "/time_expire: expected an integer, found an object of 0 keys (type)")]
#[case::code("ErrorResponse", "/code", json!("400"), "/code: expected an integer, found a string of 3 characters (type)")]
#[case::detail("HTTPValidationError", "/detail", json!("wrong"), "/detail: expected an array, found a string of 5 characters (type)")]
#[case::loc("ValidationItem", "/loc", json!(["body", null]), "/loc/1: expected an integer or a string, found null (type)")]
#[case::id("UserProfileOut", "/id", json!("7"), "/id: expected a UUID, found a string of 1 character (format)")]
#[case::date("UserProfileOut", "/birthDate", json!("2000-13-45"), "/birthDate: expected a date as YYYY-MM-DD, found a string of 10 characters (format)")]
#[case::number("UserProfileOut", "/totalPayment", json!("1"), "/totalPayment: expected a number or null, found a string of 1 character (type)")]
#[case::flag_null("UserProfileOut", "/verified", json!(null), "/verified: expected a boolean, found null (type)")]
#[case::grant("SignupRequest", "/grant_type", json!("reset"), "/grant_type: expected `create`, found a string of 5 characters (const)")]
#[case::phone("SignupRequest", "/phone", json!("0971"), "/phone: expected a phone number in international format (E.164), found a string of 4 characters (format)")]
#[case::text_code("PhoneVerificationCode", "/code", json!("12a4"), "/code: expected text that matches `^[0-9]+$`, found a string of 4 characters (pattern)")]
#[case::languages("ProfileUpdate", "/languages", json!("en"), "/languages: expected an array, found a string of 2 characters (type)")]
fn wrong_values_are_named_and_never_repeated(
    #[case] model: &str,
    #[case] at: &str,
    #[case] value: Value,
    #[case] expected: &str,
) {
    let mut instance = sample(model);
    *instance.pointer_mut(at).unwrap() = value;
    assert_eq!(told(model, &instance), [expected]);
}

#[test]
fn every_required_key_is_missed_and_no_other() {
    for model in auth().models() {
        for field in model.fields() {
            let mut instance = sample(&model.name);
            let was_there = instance.as_object_mut().unwrap().shift_remove(&field.name).is_some();
            let expected = format!(": expected key `{}` present, found no such key (required)", field.name);
            let expected = if field.required { vec![expected] } else { Vec::new() };
            assert_eq!(told(&model.name, &instance), expected, "{}", model.name);
            assert!(was_there || !field.required);
        }
    }
}

#[rstest]
#[case(json!([]), "an array of 0 items")]
#[case(json!(null), "null")]
#[case(json!("token"), "a string of 5 characters")]
fn what_is_no_object_is_told_once(#[case] instance: Value, #[case] actual: &str) {
    for model in auth().models() {
        assert_eq!(told(&model.name, &instance), [format!(": expected an object, found {actual} (type)")]);
    }
}

fn told(model: &str, instance: &Value) -> Vec<String> {
    let violations = auth().model(model).unwrap().validate(instance);
    let tell = |v: &Violation| format!("{}: expected {}, found {} ({})", v.pointer, v.expected, v.actual, v.keyword);
    violations.iter().map(tell).collect()
}
