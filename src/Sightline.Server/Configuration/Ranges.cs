using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Sightline.Server.Configuration;

/// <summary>
/// Says of each number or time that is out of its range which key it has, in the words of the page of settings. The framework's own
/// check names the property, which whoever writes a configuration never sees.
/// </summary>
internal sealed class Ranges<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var problems =
            from property in typeof(T).GetProperties()
            let range = property.GetCustomAttribute<RangeAttribute>()
            let value = property.GetValue(options)
            where range is not null && !range.IsValid(value)
            select $"{section}:{property.Name} is {Catalogue.Written(value)}, and must be from {range.Minimum} to {range.Maximum}.";
        return problems.FirstOrDefault() is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
