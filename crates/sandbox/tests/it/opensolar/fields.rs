//! The fields of a project and a contact, one by one: the forms that are taken, and what is said to the others.

use leadsink_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{PROJECTS, create, post, sandbox};

const DATE: &str = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";

#[tokio::test]
async fn values_are_taken_as_text_and_as_what_they_are() {
    let sandbox = sandbox().await;
    let roof = "https://api.opensolar.com/api/roof_types/26/";
    for (field, sent, stored) in [
        ("is_residential", json!("0"), json!(false)),
        ("is_residential", json!(1), json!(true)),
        ("is_residential", json!(false), json!(false)),
        ("lat", json!("-35.1"), json!(-35.1)),
        ("lon", json!(128), json!(128.0)),
        ("number_of_phases", json!("3"), json!(3)),
        ("number_of_phases", json!(3), json!(3)),
        ("number_of_storeys", json!("2"), json!(2)),
        ("identifier", json!(7), json!("7")),
        ("zip", json!("02020"), json!("02020")),
        ("roof_type", json!("/api/roof_types/26/"), json!(roof)),
        (
            "roof_type",
            json!(format!("{}/api/roof_types/26/", sandbox.base_url("opensolar").unwrap())),
            json!(roof),
        ),
        ("roof_type", Value::Null, Value::Null),
        (
            "country",
            json!("https://api.opensolar.com/api/countries/14/"),
            json!("https://api.opensolar.com/api/countries/14/"),
        ),
        ("custom_project_info_5", json!("x"), json!("x")),
        ("title", json!("T"), json!("T")),
    ] {
        assert_eq!(
            create(&sandbox, &json!({field: sent})).await[field],
            stored,
            "{field}: {sent}"
        );
    }
}

#[tokio::test]
async fn usage_comes_back_as_text() {
    let sandbox = sandbox().await;
    for usage in [
        json!({"usage_data_source": "kwh_annual", "values": 12000}),
        json!({"usage_data_source": "bill_quarterly", "values": [1, 2, 3, 4]}),
        json!({"usage_data_source": "kwh_every_second_month", "values": [1, 2, 3, 4, 5, 6]}),
        json!({"usage_data_source": "kwh_monthly", "values": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}),
        json!({"usage_data_source": "estimate", "values": "Low"}),
    ] {
        let created = create(&sandbox, &json!({"usage": usage})).await;
        let read: Value = serde_json::from_str(created["usage"].as_str().unwrap()).unwrap();
        assert_eq!(read, usage);
    }
    for usage in [
        json!({"usage_data_source": "kwh_annual", "values": [1]}),
        json!({"usage_data_source": "bill_quarterly", "values": [1, 2, 3]}),
        json!({"usage_data_source": "kwh_monthly", "values": 1}),
        json!({"usage_data_source": "estimate", "values": "low"}),
        json!({"usage_data_source": "kwh_yearly", "values": 1}),
        json!("{}"),
    ] {
        let answer = post(&sandbox, PROJECTS, &json!({"usage": usage})).await;
        assert_eq!(
            (answer.status, answer.json()["usage"].is_array()),
            (400, true),
            "{usage}"
        );
    }
}

#[tokio::test]
async fn malformed_values_are_refused_by_name_and_all_at_once() {
    let sandbox = sandbox().await;
    for (field, sent, told) in [
        ("is_residential", json!("yes"), "Must be a valid boolean."),
        ("is_residential", json!(2), "Must be a valid boolean."),
        ("lat", json!("north"), "A valid number is required."),
        ("lon", json!("NaN"), "A valid number is required."),
        ("number_of_phases", json!("1.5"), "A valid integer is required."),
        ("number_of_phases", json!(""), "A valid integer is required."),
        ("country_iso2", json!("USA"), "\"USA\" is not a valid choice."),
        ("country_iso2", json!("au"), "\"au\" is not a valid choice."),
        ("address", json!(true), "Not a valid string."),
        ("notes", json!(["x"]), "Not a valid string."),
        ("roof_type", json!("Tin"), "Invalid hyperlink - No URL match."),
        (
            "roof_type",
            json!(6),
            "Incorrect type. Expected URL string, received int.",
        ),
        (
            "roof_type",
            json!("https://api.opensolar.com/api/roof_types/3/"),
            "Invalid hyperlink - Object does not exist.",
        ),
        ("assigned_role", json!("50"), "Invalid hyperlink - No URL match."),
        (
            "assigned_role",
            json!("bob@company.com"),
            "Invalid hyperlink - No URL match.",
        ),
        (
            "assigned_installer_role",
            json!("/api/orgs/1/roles/51/"),
            "Invalid hyperlink - Object does not exist.",
        ),
        (
            "assigned_site_inspector_role",
            json!("/api/orgs/2/roles/50/"),
            "Invalid hyperlink - No URL match.",
        ),
    ] {
        let answer = post(&sandbox, PROJECTS, &json!({field: sent})).await;
        assert_eq!((answer.status, answer.json()), (400, json!({field: [told]})), "{sent}");
    }
    let both = post(&sandbox, PROJECTS, &json!({"lat": "x", "lon": "y"})).await.json();
    assert_eq!(both.as_object().unwrap().len(), 2);
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn malformed_contacts_are_refused_by_place() {
    let sandbox = sandbox().await;
    for (field, sent, told) in [
        ("email", json!("gconstanza"), "Enter a valid email address."),
        ("email", json!("g@localhost"), "Enter a valid email address."),
        ("phone", json!("N/A"), "Enter a valid phone number."),
        ("phone", json!("5550123"), "Enter a valid phone number."),
        ("phone", json!("415-555-0123 cell"), "Enter a valid phone number."),
        ("date_of_birth", json!("01/01/1990"), DATE),
        ("date_of_birth", json!("1990-02-30"), DATE),
        ("gender", json!("male"), "\"male\" is not a valid choice."),
        ("gender", json!(3), "\"3\" is not a valid choice."),
        ("first_name", json!({}), "Not a valid string."),
    ] {
        let contacts = json!([{"first_name": "Right"}, {field: sent}]);
        let answer = post(&sandbox, PROJECTS, &json!({"contacts_new": contacts})).await;
        let wanted = json!({"contacts_new": [{}, {field: [told]}]});
        assert_eq!((answer.status, answer.json()), (400, wanted), "{sent}");
    }
    let right = json!({"email": "", "phone": "+61 (04) 0000-0000", "gender": 1, "custom_contact_info_1": "x"});
    let created = create(&sandbox, &json!({"contacts_new": [right]})).await;
    assert_eq!(created["contacts_data"][0]["gender"], 1);
}

#[tokio::test]
async fn roles_are_those_of_the_known_users() {
    let known = ["Setter@example.com", "rep@example.com"];
    let sandbox = Sandbox::builder().known_users(known).start().await.unwrap();
    let created = create(&sandbox, &json!({"assigned_installer_role": "/api/orgs/1/roles/51/"})).await;
    assert_eq!(created["assigned_installer_role_email"], "setter@example.com");
    let answer = post(&sandbox, PROJECTS, &json!({"assigned_role": "/api/orgs/1/roles/77/"})).await;
    assert_eq!(answer.status, 400);
}
