"""How each defective document in ``files`` differs from ``valid.xml``; run it to write them anew."""

from __future__ import annotations

from pathlib import Path

FILES = Path(__file__).parent / "files"

# Name of the defect: what is replaced (first place only), by what, and the path that the refusal names.
DEFECTS: dict[str, tuple[str, str, str]] = {
    "document_type": ("<LicenseInfo", "<!DOCTYPE LicenseInfo><LicenseInfo", ""),
    "entity": ("<LicenseInfo", '<!DOCTYPE a [<!ENTITY b "c">]><LicenseInfo', ""),
    "cut_off": ("</LicenseInfo>", "", ""),
    "unknown_encoding": ('encoding="utf-8"', 'encoding="runes"', ""),
    "owner_missing": ("<OwnerName>SUPEROFFICE</OwnerName>\n", "\n", "LicenseInfo.OwnerName"),
    "owner_twice": (
        "<OwnerName>SUPEROFFICE",
        "<OwnerName>A</OwnerName><OwnerName>SUPEROFFICE",
        "LicenseInfo.OwnerName",
    ),
    "owner_with_underscore": (
        "<OwnerName>SUPEROFFICE</OwnerName>\n",
        "<OwnerName>A_B</OwnerName>\n",
        "LicenseInfo.OwnerName",
    ),
    "company_missing": ("<CompanyName>Fjordglimt Ærø A/S</CompanyName>", "", "LicenseInfo.CompanyName"),
    "serial_number_missing": ("<SerialNr>1010000014</SerialNr>", "", "LicenseInfo.SerialNr"),
    "serial_number_wrong_check_digit": ("1010000014", "1010000015", "LicenseInfo.SerialNr"),
    "company_is_no_text": ("Fjordglimt Ærø A/S", "<b>Fjord</b>", "LicenseInfo.CompanyName"),
    "module_name_missing": ("<ModuleName>server</ModuleName>", "", "{0}.ModuleName"),
    "module_name_malformed": ("<ModuleName>server<", "<ModuleName>ser_ver<", "{0}.ModuleName"),
    "module_twice": ("<ModuleName>satellite<", "<ModuleName>SERVER<", "{1}.ModuleName"),
    "module_of_another_owner": ("<OwnerName>superoffice<", "<OwnerName>ACME<", "{2}.OwnerName"),
    "license_type_missing": ("<LicenseType>SiteLicense</LicenseType>", "", "{0}.LicenseType"),
    "license_type_unknown": ("<LicenseType>SiteLicense<", "<LicenseType>Unknown<", "{0}.LicenseType"),
    "number_missing": ("<NumberOfLicenses>3</NumberOfLicenses>", "", "{1}.NumberOfLicenses"),
    "number_zero": ("<NumberOfLicenses>3<", "<NumberOfLicenses>0<", "{1}.NumberOfLicenses"),
    "number_is_a_word": ("<NumberOfLicenses>3<", "<NumberOfLicenses>three<", "{1}.NumberOfLicenses"),
    "number_with_exponent": ("<NumberOfLicenses>3<", "<NumberOfLicenses>1E+999999<", "{1}.NumberOfLicenses"),
    "number_too_long": ("<NumberOfLicenses>3<", f"<NumberOfLicenses>{'9' * 29}<", "{1}.NumberOfLicenses"),
    "number_too_great": ("<NumberOfLicenses>3<", "<NumberOfLicenses>4294967296<", "{1}.NumberOfLicenses"),
    "boolean_is_a_word": ("<IsHidden>true<", "<IsHidden>yes<", "{3}.IsHidden"),
    "plan_with_unknown_command": ("set=user,", "grant=user,", "{2}.ExtraInfo"),
    "grant_malformed": ("set=user,", "set=us_er,", "{2}.ExtraInfo"),
    "prerequisite_malformed": (
        "<PrerequisiteModuleName>user<",
        "<PrerequisiteModuleName>u_ser<",
        "{4}.PrerequisiteModuleName",
    ),
    "user_type_unknown": ("<AllowedUserType>InternalAssociate<", "<AllowedUserType>Guest<", "{2}.AllowedUserType"),
    "date_malformed": ("<ExpiryDate>2027-03-27T00:00:00<", "<ExpiryDate>27-03-2027<", "LicenseInfo.ExpiryDate"),
    "day_of_no_month": (
        "<ExpiryDate>2027-03-27T00:00:00<",
        "<ExpiryDate>2027-02-30T00:00:00<",
        "LicenseInfo.ExpiryDate",
    ),
    "offset_of_100_hours": (
        "<ExpiryDate>2027-03-27T00:00:00<",
        "<ExpiryDate>2027-03-27T00:00:00+99:00<",
        "LicenseInfo.ExpiryDate",
    ),
    "grace_before_expiry": ("<GraceDate>2027-04-08", "<GraceDate>2027-03-01", "LicenseInfo.GraceDate"),
    "grace_without_expiry": (
        "<ExpiryDate>2027-03-27T00:00:00<",
        "<ExpiryDate>0001-01-01T00:00:00<",
        "LicenseInfo.GraceDate",
    ),
    "warning_after_expiry": ("<AdminWarningDate>2027-02", "<AdminWarningDate>2027-04", "LicenseInfo.AdminWarningDate"),
    "deployment_type_is_a_word": ("<DeploymentType>1<", "<DeploymentType>cloud<", "LicenseInfo.DeploymentType"),
}
_ROWS = [f"LicenseInfo.ModuleLicenses.ModuleLicense[{place}]" for place in range(7)]


def document(defect: str) -> bytes:
    """Give ``valid.xml`` with one defect."""
    old, new, _ = DEFECTS[defect]
    valid = (FILES / "valid.xml").read_text("utf-8")
    assert old in valid, defect
    return valid.replace(old, new, 1).encode()


def path(defect: str) -> str:
    """Give the path of the element that is refused."""
    return DEFECTS[defect][2].format(*_ROWS)


if __name__ == "__main__":
    for name in DEFECTS:
        (FILES / f"{name}.xml").write_bytes(document(name))
