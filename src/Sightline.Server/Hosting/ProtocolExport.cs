using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sightline.Signalling;

namespace Sightline.Server.Hosting;

/// <summary>
/// The protocol's machine-readable form: published by the server, and written to <c>protocol/</c> when it is built. It is the same
/// wherever and however the server runs, so it is made from a server that is put together and never started.
/// </summary>
internal static class ProtocolExport
{
    public const string Verb = "export-protocol";

    private const string DocumentName = "v1";

    /// <summary>Requests are bounded more tightly than the schemas of a document need.</summary>
    private const int MaxSchemaDepth = 64;

    public static void MapProtocol(this IEndpointRouteBuilder app)
    {
        var openApi = new Lazy<Task<string>>(OpenApiAsync);
        app.MapGet("/openapi/v1.json", async () => Results.Text(await openApi.Value, "application/json"))
            .AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/protocol/schema.json", () => Results.Text(MessageSchema.Export(), "application/json"))
            .AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Writes without a database and without listening; a file that is right already is not touched.</summary>
    public static async Task WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await WriteFileAsync(folder, "openapi.json", await OpenApiAsync());
        await WriteFileAsync(folder, "schema.json", MessageSchema.Export());
    }

    private static async Task<string> OpenApiAsync()
    {
        // Development has the demo people too: what only it has is documented as such.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = Environments.Development,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddOpenApi(DocumentName, options => options
            .AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = "Sightline", Version = DocumentName };
                document.Servers?.Clear();
                return Task.CompletedTask;
            })
            .AddSchemaTransformer((schema, context, _) =>
            {
                // A record can be made without it, so that its absence is a field's error; a client must send it.
                if (context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) == true)
                {
                    schema.Type &= ~JsonSchemaType.Null;
                }

                return Task.CompletedTask;
            })
            .AddOperationTransformer((operation, context, _) =>
            {
                NameProblems(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<PossibleProblems>());
                return Task.CompletedTask;
            }));
        builder.Services.PostConfigure<JsonOptions>(json => json.SerializerOptions.MaxDepth = MaxSchemaDepth);
        await using var app = Program.Build(builder);

        // Makes the endpoints known to the document, as starting the server would.
        app.UseEndpoints(_ => { });
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName).GetOpenApiDocumentAsync();
        return (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>A status says what kind of problem; its codes say which.</summary>
    private static void NameProblems(OpenApiOperation operation, IEnumerable<PossibleProblems> problems)
    {
        foreach (var status in problems.SelectMany(possible => possible.Codes).Distinct().GroupBy(Problems.StatusOf))
        {
            if (operation.Responses?.GetValueOrDefault(status.Key.ToString(CultureInfo.InvariantCulture)) is { } response)
            {
                var names = status.Select(code => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()));
                response.Description = string.Join(", ", names.Select(name => $"`{name}`"));
            }
        }
    }

    private static async Task WriteFileAsync(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path) || await File.ReadAllTextAsync(path) != text)
        {
            await File.WriteAllTextAsync(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
    }
}
