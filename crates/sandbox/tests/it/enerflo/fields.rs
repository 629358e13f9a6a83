//! The fields: what each must be, which are demanded, and what becomes of those that nobody documents.

use serde_json::{Value, json};

use super::{lead, post, refusal, sandbox, take};
use crate::client::{with, without};

fn appointment() -> Value {
    json!({"appointment_type_id": 7, "date_time": "2020-03-12 21:59:14", "timezone": "utc", "name": "Solar Consultation"})
}

fn file() -> Value {
    json!({"name": "image_name.jpg", "data": "aGVsbG8=", "type": "img_exterior_house"})
}

#[tokio::test]
async fn malformed_values_are_refused_by_name() {
    let sandbox = sandbox().await;
    for (field, values, flaw) in [
        ("integration_record_id", vec![json!(""), json!(null)], "is required"),
        ("integration_record_id", vec![json!(5)], "must be a string"),
        ("full_name", vec![json!({})], "must be a string"),
        (
            "state",
            vec![json!("Utah"), json!("U1"), json!("U"), json!(12)],
            "must be the two characters of a state",
        ),
        (
            "zip",
            vec![
                json!("8404"),
                json!("84045-1234"),
                json!("8404x"),
                json!(1234),
                json!(84045.5),
            ],
            "must be 5 digits",
        ),
        (
            "mobile",
            vec![
                json!("18015554444"),
                json!("801-555-4444"),
                json!("+8015554444"),
                json!("801555444"),
            ],
            "must be 10 digits, without a country code or dashes",
        ),
        (
            "email",
            vec![
                json!("custy"),
                json!("@enerflo.io"),
                json!("a@"),
                json!("a@b@c"),
                json!("a b@c"),
            ],
            "must be an e-mail address",
        ),
        ("creator", vec![json!("api")], "must be an e-mail address"),
        ("assign_to_email", vec![json!("api")], "must be an e-mail address"),
        ("setter_email", vec![json!("api")], "must be an e-mail address"),
        (
            "createDeal",
            vec![json!("5686"), json!(1.5), json!(true)],
            "must be an integer",
        ),
        ("calendar_id", vec![json!("7")], "must be an integer"),
        (
            "ignore_validation",
            vec![json!("yes"), json!(2), json!("false"), json!(-1)],
            "must be 1 or 0",
        ),
        (
            "browser_redirect",
            vec![json!("profile"), json!("")],
            "is for the query form",
        ),
        ("lead_source", vec![json!(1)], "must be a string"),
        ("office_match", vec![json!(true)], "must be a string"),
    ] {
        for value in values {
            let answer = post(&sandbox, &json!({"lead": with(lead(), json!({field: value}))})).await;
            assert_eq!(refusal(&answer), format!("{field} {flaw}"));
        }
    }
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn well_formed_values_are_taken() {
    let sandbox = sandbox().await;
    for fields in [
        json!({"zip": 84045, "mobile": 8015554444_u64}),
        json!({"zip": "01234", "state": "XX"}),
        json!({"email": "", "mobile": null, "first_name": "N/A"}),
        json!({"createDeal": 5686, "calendar_id": 7, "ignore_validation": 0}),
        json!({"email": "o'neil+x@localhost"}),
    ] {
        take(&sandbox, with(lead(), fields)).await;
    }
}

#[tokio::test]
async fn address_is_demanded_whole_or_in_parts() {
    let sandbox = sandbox().await;
    let bare = json!({"integration_record_id": "x"});
    for (fields, wanted) in [
        (
            json!({}),
            "fullAddress is required; address is required; city is required; state is required; zip is required",
        ),
        (json!({"address": "1 St", "city": "A"}), "state is required"),
        (
            json!({"address": "1 St", "state": "UT"}),
            "city is required; zip is required",
        ),
        (
            json!({"address": "1 St", "state": "UT", "zip": "84045"}),
            "city is required",
        ),
        (
            json!({"city": "A", "state": "UT", "zip": "84045", "address": " "}),
            "address is required",
        ),
        (
            json!({"ignore_validation": 0, "city": "A", "state": "UT"}),
            "address is required",
        ),
    ] {
        let answer = post(&sandbox, &json!({"lead": with(bare.clone(), fields)})).await;
        assert_eq!(refusal(&answer), wanted);
    }
    for fields in [
        json!({"fullAddress": "2214 N Honeydew Dr Saratoga Springs, UT 84045"}),
        json!({"address": "1 St", "city": "A", "state": "UT"}),
        json!({"ignore_validation": 1}),
        json!({"ignore_validation": true, "state": "Utah", "zip": "8", "mobile": "+1 801", "email": "none"}),
    ] {
        take(&sandbox, with(bare.clone(), fields)).await;
    }
    for (fields, wanted) in [
        (
            json!({"ignore_validation": 1, "integration_record_id": ""}),
            "integration_record_id is required",
        ),
        (
            json!({"ignore_validation": 1, "zip": {}}),
            "zip must be a string or a number",
        ),
        (
            json!({"ignore_validation": 1, "createDeal": "x"}),
            "createDeal must be an integer",
        ),
    ] {
        let answer = post(&sandbox, &json!({"lead": with(bare.clone(), fields)})).await;
        assert_eq!(refusal(&answer), wanted);
    }
}

#[tokio::test]
async fn survey_is_for_leads_with_a_deal_and_its_files_are_base64() {
    let sandbox = sandbox().await;
    let deal = with(lead(), json!({"createDeal": 101}));
    let send = async |lead: &Value, survey: Value| post(&sandbox, &json!({"lead": lead, "survey_data": survey})).await;
    let required = "createDeal, with survey_data, is required";
    assert_eq!(refusal(&send(&lead(), json!({"files": [file()]})).await), required);
    for (survey, wanted) in [
        (json!("text"), "survey_data must be an object"),
        (json!({"files": file()}), "survey_data.files must be an array"),
        (json!({"files": ["x"]}), "survey_data.files must be an array of objects"),
        (
            json!({"files": [file(), without(file(), "name")]}),
            "survey_data.files.name is required",
        ),
        (
            json!({"files": [without(file(), "data")]}),
            "survey_data.files.data is required",
        ),
        (
            json!({"files": [without(file(), "type")]}),
            "survey_data.files.type is required",
        ),
        (
            json!({"files": [with(file(), json!({"type": 1}))]}),
            "survey_data.files.type must be a string",
        ),
        (
            json!({"files": [with(file(), json!({"name": {}}))]}),
            "survey_data.files.name must be a string",
        ),
    ] {
        assert_eq!(refusal(&send(&deal, survey).await), wanted);
    }
    for data in ["aGVsbG8", "a$==", "aGVs\nbG8=", "data:image/jpeg;base64,aGVsbG8="] {
        let answer = send(&deal, json!({"files": [with(file(), json!({"data": data}))]})).await;
        assert_eq!(
            refusal(&answer),
            "survey_data.files.data must be base64, without a `data:` prefix"
        );
    }
    for survey in [
        json!({"files": [file(), file()]}),
        json!({}),
        json!(null),
        json!({"files": null}),
    ] {
        assert_eq!(send(&deal, survey).await.json()["result"], "success");
    }
    let photograph = with(file(), json!({"data": "a".repeat(1200 * 1024)}));
    assert_eq!(
        send(&deal, json!({"files": [photograph]})).await.json()["result"],
        "success"
    );
    let film = with(file(), json!({"data": "a".repeat(8 * 1024 * 1024)}));
    assert_eq!(send(&deal, json!({"files": [film]})).await.status, 413);
}

#[tokio::test]
async fn appointment_needs_a_type_a_time_and_a_name() {
    let sandbox = sandbox().await;
    let send = async |fields: Value| {
        post(
            &sandbox,
            &json!({"lead": lead(), "appointment": with(appointment(), fields)}),
        )
        .await
    };
    let date = "appointment.date_time must be YYYY-MM-DD HH:MM:SS, with an offset or without";
    let unix = "appointment.date_time must be a string of digits, since date_format is U";
    for (fields, wanted) in [
        (
            json!({"appointment_type_id": null}),
            "appointment.apt_type_id is required",
        ),
        (
            json!({"appointment_type_id": "7"}),
            "appointment.appointment_type_id must be an integer",
        ),
        (
            json!({"apt_type_id": 8}),
            "appointment.apt_type_id and appointment_type_id must be equal",
        ),
        (
            json!({"apt_type_id": 7.5, "appointment_type_id": ""}),
            "appointment.apt_type_id must be an integer",
        ),
        (json!({"date_time": ""}), "appointment.date_time is required"),
        (json!({"name": " "}), "appointment.name is required"),
        (json!({"name": 1}), "appointment.name must be a string"),
        (json!({"date_format": "u"}), "appointment.date_format must be U"),
        (json!({"date_format": "U"}), unix),
        (json!({"date_format": "U", "date_time": 1584050354}), unix),
        (json!({"minutes": "60"}), "appointment.minutes must be an integer"),
        (json!({"Minutes": "60"}), "appointment.Minutes must be an integer"),
        (
            json!({"assigned_user": "rep"}),
            "appointment.assigned_user must be an e-mail address",
        ),
        (json!({"timezone": 0}), "appointment.timezone must be a string"),
    ] {
        assert_eq!(refusal(&send(fields).await), wanted);
    }
    for time in [
        "2020-03-12T21:59:14",
        "2020-03-12 21:59",
        "2020-03-12 21:59+05",
        "2020-03-12 215914.1",
        "2020-03-12 21+05:30",
        "2020-02-30 21:59:14",
        "2020-03-12 24:59:14",
        "1584050354",
        "2020-03-12 21:59:14Z",
        "2020-03-12 21:59:14-0500",
        "2020-03-12 21:59:14-15:00",
        "2020-03-12 21:59:14-05:60",
        "2020/03/12 21:59:14",
        "2020-03-12 21.59.14",
        "03-12-2020 21:59:14",
        "2020-03-12 21:59:14-5:00",
    ] {
        assert_eq!(refusal(&send(json!({"date_time": time})).await), date, "{time}");
    }
    for fields in [
        json!({}),
        json!({"apt_type_id": 7}),
        json!({"apt_type_id": 7, "appointment_type_id": null, "minutes": 30, "assigned_user": "rep@enerflo.io"}),
        json!({"date_format": "U", "date_time": "1584050354", "Minutes": 60}),
        json!({"date_time": "2020-03-12 21:59:14-05:00"}),
        json!({"date_time": "2020-03-12 21:59:14 +05:30"}),
    ] {
        assert_eq!(send(fields.clone()).await.json()["result"], "success", "{fields}");
    }
    let answer = post(&sandbox, &json!({"lead": lead(), "appointment": []})).await;
    assert_eq!(refusal(&answer), "appointment must be an object");
}

#[tokio::test]
async fn unknown_fields_pass_and_are_recorded() {
    let sandbox = sandbox().await;
    let known = json!({
        "lead_source": "Web", "office_match": "manual", "notes": "n", "customer_integration_id": "1",
        "customer_integration_record_type": "Lead", "setter_email": "s@enerflo.io", "add_note": "n", "calendar": "c",
        "last_name": "B", "first_name": "F", "fullAddress": "1 St", "createDeal": 1,
    });
    take(&sandbox, with(lead(), known.clone())).await;
    assert_eq!(sandbox.received()[0].unknown_fields, Vec::<String>::new());
    let body = json!({
        "lead": with(with(lead(), known), json!({"office name": "Utah Office", "appointment": {}})),
        "survey_data": {"pages": 1, "files": [with(file(), json!({"size": 5}))]},
        "appointment": with(appointment(), json!({"title": "t"})),
        "partner": "p",
    });
    assert_eq!(post(&sandbox, &body).await.json()["result"], "success");
    let unknown = "appointment office name appointment.title partner survey_data.pages survey_data.files.size";
    assert_eq!(sandbox.received()[1].unknown_fields.join(" "), unknown);
}
