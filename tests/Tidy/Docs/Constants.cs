using System.Globalization;
using System.Reflection;

namespace Tidy.Docs;

/// <summary>The names and values that a type of constants holds.</summary>
public static class Constants
{
    public static IReadOnlyDictionary<string, decimal> Of(Type type) => type.IsEnum
        ? Enum.GetNames(type).ToDictionary(n => n, n => Convert.ToDecimal(Enum.Parse(type, n), CultureInfo.InvariantCulture))
        : type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => IsNumber(f.FieldType))
            .ToDictionary(f => f.Name, f => Convert.ToDecimal(f.GetValue(null), CultureInfo.InvariantCulture));

    private static bool IsNumber(Type type) => !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;
}
