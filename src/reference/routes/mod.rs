//! What each operation does, one file for each path.

pub(super) mod client;
pub(super) mod complete;
pub(super) mod guest;
pub(super) mod logout;
pub(super) mod password_reset;
pub(super) mod refresh;
pub(super) mod signup;
pub(super) mod token;
mod unasked;
pub(super) mod user;
pub(super) mod verify_code;
pub(super) mod verify_email;
pub(super) mod verify_phone;

#[cfg(test)]
pub(super) mod tests;
