using System.Net;

namespace Sightline.Server.Tests.Accounts;

public sealed class SignUpTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Whoever_signs_up_is_somebody_and_signed_in()
    {
        var browser = _server.Browser();

        var me = await browser.Post("/account/sign-up", new { email = "  ada@example.org ", password = "long enough", display_name = "  Ada Lovelace " }).Json(HttpStatusCode.Created);

        ((string?)me["email"]).ShouldBe("ada@example.org");
        ((string?)me["display_name"]).ShouldBe("Ada Lovelace");
        ((string?)me["antiforgery_token"]).ShouldNotBeNullOrEmpty();
        var again = await browser.Get("/account/me").Json();
        ((Guid?)again["person_id"]).ShouldBe((Guid?)me["person_id"]);
    }

    [Theory]
    [InlineData("Émilie du Châtelet")]
    [InlineData("山田 太郎")]
    [InlineData("O'Neil; DROP TABLE accounts; --")]
    [InlineData("👩‍🚀")]
    [InlineData("<script>alert(1)</script>")]
    public async Task A_name_is_kept_as_it_is_written(string name)
    {
        var person = await _server.SignUpAsync(name);

        ((string?)(await person.Client.Get("/account/me").Json())["display_name"]).ShouldBe(name);
    }

    [Fact]
    public async Task An_email_belongs_to_one_account_however_it_is_written()
    {
        var person = await _server.SignUpAsync("Grace");

        await _server.Browser().Post("/account/sign-up", new { email = person.Email.ToUpperInvariant(), password = "long enough", display_name = "Not Grace" })
            .ShouldBeProblem(HttpStatusCode.Conflict, "email_taken");
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_the_email()
    {
        var email = $"{Guid.NewGuid():N}@example.org";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            _server.Browser().Post("/account/sign-up", new { email, password = "long enough", display_name = "Somebody" })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(7);
    }

    [Theory]
    [InlineData("""{"password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":null,"password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":"","password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":"ada","password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":"a@b@c","password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":"a da@example.org","password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":"a\u0000da@example.org","password":"long enough","display_name":"Ada"}""", "email")]
    [InlineData("""{"email":"ada@example.org","display_name":"Ada"}""", "password")]
    [InlineData("""{"email":"ada@example.org","password":"short12","display_name":"Ada"}""", "password")]
    [InlineData("""{"email":"ada@example.org","password":"long enough"}""", "display_name")]
    [InlineData("""{"email":"ada@example.org","password":"long enough","display_name":"   "}""", "display_name")]
    [InlineData("""{"email":"ada@example.org","password":"long enough","display_name":"A\u0000da"}""", "display_name")]
    [InlineData("""{"email":"ada@example.org","password":"long enough","display_name":"A\nda"}""", "display_name")]
    public async Task A_field_that_is_wrong_is_named(string body, string field)
    {
        var problem = await _server.Browser().PostText("/account/sign-up", body).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");

        problem["errors"]!.AsObject().ShouldHaveSingleItem().Key.ShouldBe(field);
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var problem = await _server.Browser().Post("/account/sign-up", new { }).ShouldBeProblem(HttpStatusCode.BadRequest, "validation");

        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["email", "display_name", "password"]);
    }

    [Theory]
    [InlineData(254, 64, 128, true)]
    [InlineData(255, 64, 128, false)]
    [InlineData(254, 65, 128, false)]
    [InlineData(254, 64, 129, false)]
    public async Task Lengths_have_limits(int emailChars, int nameChars, int passwordChars, bool fits)
    {
        var ending = $"{Guid.NewGuid():N}@example.org";
        var body = new { email = ending.PadLeft(emailChars, 'a'), password = new string('p', passwordChars), display_name = new string('n', nameChars) };

        using var answer = await _server.Browser().Post("/account/sign-up", body);

        answer.StatusCode.ShouldBe(fits ? HttpStatusCode.Created : HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"email":1}""")]
    [InlineData("""{"email":"a@example.org","email":"b@example.org"}""")]
    [InlineData("""{"email":"\ud800","password":"long enough","display_name":"Ada"}""")]
    [InlineData("""{"other":[[[[[[[[[1]]]]]]]]]}""")]
    public async Task What_is_no_sign_up_is_malformed(string body) =>
        await _server.Browser().PostText("/account/sign-up", body).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
}
