//! The fifteen operations: one table of method, path and what answers.

use axum::http::Method;

use super::call::Call;
use super::errors::Refusal;
use super::reply::Reply;
use super::routes;

/// What answers an operation.
type Handler = fn(&mut Call<'_>) -> Result<Reply, Refusal>;

/// One operation of the API.
pub(super) struct Operation {
    pub(super) method: Method,
    /// Below the base path.
    pub(super) path: &'static str,
    /// `METHOD /path`.
    pub(super) name: &'static str,
    pub(super) answer: Handler,
}

/// All operations, in the order of the documentation.
pub(super) static OPERATIONS: [Operation; 15] = [
    post("POST /auth/token", routes::token::sign_in),
    post("POST /auth/refresh", routes::refresh::refresh),
    post("POST /auth/logout", routes::logout::log_out),
    put("PUT /auth/password-reset", routes::password_reset::set_password),
    post("POST /auth/password-reset", routes::password_reset::begin),
    post("POST /auth/signup", routes::signup::sign_up),
    post("POST /auth/guest", routes::guest::enter),
    post("POST /auth/verify/phone/check", routes::verify_phone::check),
    put("PUT /auth/verify/phone", routes::verify_code::enter_code),
    post("POST /auth/verify/phone", routes::verify_phone::send_code),
    get("GET /auth/verify/email", routes::verify_email::follow_link),
    post("POST /auth/verify/email", routes::verify_email::send_link),
    put("PUT /auth/complete", routes::complete::complete),
    get("GET /auth/user", routes::user::read),
    put("PUT /auth/user", routes::user::update),
];

const fn get(name: &'static str, answer: Handler) -> Operation {
    operation(Method::GET, name, answer)
}

const fn post(name: &'static str, answer: Handler) -> Operation {
    operation(Method::POST, name, answer)
}

const fn put(name: &'static str, answer: Handler) -> Operation {
    operation(Method::PUT, name, answer)
}

const fn operation(method: Method, name: &'static str, answer: Handler) -> Operation {
    let (_, path) = name.split_at(if matches!(method, Method::POST) { 5 } else { 4 });
    Operation { method, path, name, answer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_method_and_path() {
        for operation in &OPERATIONS {
            let name = format!("{} {}", operation.method, operation.path);
            assert_eq!(operation.name, name);
        }
    }
}
